import { ExampleOutput, runExample } from '../../test/support/example';
import { objectOf } from '../../test/support/manifests';

let output: ExampleOutput;

beforeAll(() => {
  output = runExample(__dirname);
});

const named = (kind: string, part: string) => output.manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name.includes(part));

test('the manifests are these', () => {
  expect(output.manifests).toMatchSnapshot();
});

test('the report says this', () => {
  expect(output.artifacts['fraud/report.md']).toMatchSnapshot();
});

test('a fifth of the payments is copied, and nothing else', () => {
  const { http } = objectOf(output.manifests, 'VirtualService').spec;

  expect(http.map(({ name, mirrors }: any) => [name, mirrors?.[0].percentage.value])).toEqual([['mirrored-1', 20], ['primary', undefined]]);
  expect(http[0].match).toEqual([{ uri: { exact: '/v1/score' } }, { uri: { prefix: '/v1/score/' } }]);
});

test('two versions answer under names of their own, and the one that nobody hears wakes nobody up', () => {
  const severities = (name: string) => [...new Set(named('PrometheusRule', name).spec.groups
    .flatMap(({ rules }: any) => rules.filter(({ alert }: any) => alert !== undefined).map(({ labels }: any) => labels.severity)))].sort();

  expect(objectOf(output.manifests, 'Deployment').metadata.labels['app.kubernetes.io/version']).toBe('v2.2.0');
  expect(objectOf(output.manifests, 'Rollout').metadata.labels['app.kubernetes.io/version']).toBe('v2.1.0');
  expect([severities('fraud-monitoring'), severities('fraud-shadowmonitoring'), severities('fraud-shadow-end')]).toEqual([['page', 'ticket'], ['ticket'], ['ticket']]);
});

test('the verdict is about latency, errors, scores, and about each answer', () => {
  const { metrics } = named('AnalysisTemplate', 'shadow-comparison').spec;

  expect(metrics.map(({ name, count }: any) => [name, count])).toEqual([
    ['latency-p95-compared', 25], ['error-ratio-compared', 25], ['score-drift', 25], ['agreement', 1],
  ]);
});
