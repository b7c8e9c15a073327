import { Duration, Testing } from 'cdk8s';
import { IRolloutStrategy, ModelServing, ModelServingProps, RolloutStrategy } from '../../src';
import { servingProps } from '../support/fixtures';
import { objectOf } from '../support/manifests';

function synth(strategy: IRolloutStrategy, overrides: Partial<ModelServingProps> = {}): any[] {
  const chart = Testing.chart();
  new ModelServing(chart, 'Serving', servingProps({ strategy, ...overrides }));
  return Testing.synth(chart);
}

test('no pod is missing during a roll', () => {
  const { strategy, minReadySeconds } = objectOf(synth(RolloutStrategy.rollingUpdate()), 'Deployment').spec;

  expect(strategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } });
  expect(minReadySeconds).toBe(10);
});

test('surge and observation can be chosen', () => {
  const { strategy, minReadySeconds } = objectOf(
    synth(RolloutStrategy.rollingUpdate({ maxSurgePercent: 100, minReady: Duration.seconds(30) })), 'Deployment').spec;

  expect(strategy.rollingUpdate.maxSurge).toBe('100%');
  expect(minReadySeconds).toBe(30);
});

test('a healthy but slow roll is not called failed', () => {
  const deployment = objectOf(synth(RolloutStrategy.rollingUpdate(), { warmup: Duration.minutes(5), rollbackObjective: Duration.hours(1) }), 'Deployment');

  expect(deployment.spec.progressDeadlineSeconds).toBe(2 * (60 + 450 + 10));
});

test('clients call a Service that follows the pods', () => {
  const manifests = synth(RolloutStrategy.rollingUpdate());

  expect(objectOf(manifests, 'Service').spec).toEqual({
    type: 'ClusterIP',
    selector: objectOf(manifests, 'Deployment').spec.selector.matchLabels,
    ports: [{ name: 'http', port: 8080, targetPort: 8080 }],
  });
});

test('the worst case of a rollback is told term by term', () => {
  const serving = new ModelServing(Testing.chart(), 'Serving', servingProps({ replicas: 3 }));

  expect(serving.worstCaseRollback.map(({ term, duration, why }) => [term, duration.toSeconds(), why])).toEqual([
    ['image pull and fetch', 180, '3 pods, 1 at a time: 3 waves, each on a node that has neither image nor artifact'],
    ['start', 210, '3 pods, 1 at a time: 3 waves, each as slow as the startup probe allows'],
    ['observation', 30, '3 pods, 1 at a time: 3 waves, each ready for this long before it counts'],
    ['last requests', 45, 'until the last pod of the bad version has finished'],
  ]);
});
