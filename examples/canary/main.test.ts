import { ExampleOutput, runExample } from '../../test/support/example';
import { objectOf } from '../../test/support/manifests';

let output: ExampleOutput;

beforeAll(() => {
  output = runExample(__dirname);
});

test('the manifests of the service are these', () => {
  expect(output.manifests).toMatchSnapshot();
});

test('the report says this', () => {
  expect(output.artifacts['fraud/report.md']).toMatchSnapshot();
});

test('each stage is judged before the next, the last one by what needs no version to compare with', () => {
  const { steps } = objectOf(output.manifests, 'Rollout').spec.strategy.canary;
  const judgesOf = (step: any) => output.manifests.find(({ metadata }) => metadata.name === step.analysis.templates[0].templateName).spec.metrics
    .map(({ name }: any) => name);

  expect(steps.map((step: any) => step.setWeight ?? 'analysis')).toEqual([5, 'analysis', 25, 'analysis', 50, 'analysis', 100, 'analysis']);
  expect(judgesOf(steps[1])).toEqual([
    'latency-p95', 'error-ratio', 'latency-p99-compared', 'output-nulls', 'output-constant', 'score-drift', 'approvals', 'golden-set',
  ]);
  expect(judgesOf(steps[7])).toEqual(['latency-p95', 'error-ratio', 'output-nulls', 'output-constant', 'golden-set']);
});

test('the owner is told by the controller, too', () => {
  const { annotations } = objectOf(output.manifests, 'Rollout').metadata;

  expect(annotations['notifications.argoproj.io/subscribe.on-rollout-aborted.slack']).toBe('risk-ml');
});
