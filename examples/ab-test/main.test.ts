import { ExampleOutput, runExample } from '../../test/support/example';
import { objectOf } from '../../test/support/manifests';

let output: ExampleOutput;

beforeAll(() => {
  output = runExample(__dirname);
});

test('the manifests are these', () => {
  expect(output.manifests).toMatchSnapshot();
});

test('the reports say this', () => {
  expect(['edge', 'shop'].map((name) => output.artifacts[`${name}/report.md`])).toMatchSnapshot();
});

test('whoever comes first is assigned by chance, and stays with it', () => {
  const [mesh, gateway] = output.manifests.filter(({ kind }) => kind === 'VirtualService');

  expect([mesh.spec.hosts, gateway.spec.hosts, gateway.spec.gateways]).toEqual([['ranking'], ['models.example.com'], [expect.stringMatching('^istio-ingress/')]]);
  expect(gateway.spec.http.map(({ name, route }: any) => [name, route.map(({ destination, weight }: any) => [destination.host, weight])])).toEqual([
    ['variant-control', [['ranking', undefined]]],
    ['variant-deeper', [['ranking-deeper', undefined]]],
    ['newcomers', [['ranking', 50], ['ranking-deeper', 50]]],
  ]);
});

test('the variants are watched apart', () => {
  const monitors = output.manifests.filter(({ kind }) => kind === 'PodMonitor');

  expect(monitors.map(({ spec }) => spec.podMetricsEndpoints[0].relabelings[0].replacement)).toEqual(['ranking', 'ranking-deeper']);
});

test('the decision is one look after two weeks, and everything has an owner', () => {
  const { metadata, spec } = objectOf(output.manifests, 'AnalysisTemplate');

  expect(spec.metrics.map(({ name, count, provider }: any) => [name, count, provider.prometheus.query.slice(-27)])).toEqual([
    ['deeper', 1, `(vector(time()) >= ${Date.UTC(2030, 0, 21) / 1000})`.slice(-27)],
  ]);
  expect(metadata.labels['cdk8s-mlops.io/owner']).toBe('shop-ml');
});
