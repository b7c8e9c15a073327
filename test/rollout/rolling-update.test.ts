import { Duration, Testing } from 'cdk8s';
import { Findings, IRolloutStrategy, ModelServing, ModelServingProps, RolloutStrategy } from '../../src';
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

describe('where there is no room for more pods', () => {
  const strategy = RolloutStrategy.rollingUpdate({ maxSurgePercent: 0, maxUnavailablePercent: 25 });

  test('some go first', () => {
    expect(objectOf(synth(strategy), 'Deployment').spec.strategy.rollingUpdate).toEqual({ maxSurge: 0, maxUnavailable: '25%' });
  });

  test('a pod starts when another one has finished', () => {
    const serving = new ModelServing(Testing.chart(), 'Serving', servingProps({ strategy, replicas: 8, rollbackObjective: Duration.hours(1) }));

    expect(serving.worstCaseRollback.map(({ term, duration, why }) => [term, duration.toSeconds(), why])).toEqual([
      ['image pull and fetch', 240, '8 pods, 2 at a time: 4 waves, each on a node that has neither image nor artifact'],
      ['start', 300, '8 pods, 2 at a time: 4 waves, each as slow as the startup probe allows'],
      ['observation', 40, '8 pods, 2 at a time: 4 waves, each ready for this long before it counts'],
      ['last requests', 180, '8 pods, 2 at a time: 4 waves, each after pods of the bad version made room'],
    ]);
  });

  test('one goes where the share is less than a pod', () => {
    const serving = new ModelServing(Testing.chart(), 'Serving', servingProps({ strategy, replicas: 2 }));

    expect(serving.worstCaseRollback[0].why).toBe('2 pods, 1 at a time: 2 waves, each on a node that has neither image nor artifact');
  });
});

test('pods that are added and pods that may be missing roll together', () => {
  const strategy = RolloutStrategy.rollingUpdate({ maxSurgePercent: 50, maxUnavailablePercent: 50 });
  const serving = new ModelServing(Testing.chart(), 'Serving', servingProps({ strategy, replicas: 4 }));

  expect(serving.worstCaseRollback[0].why).toBe('4 pods, 4 at a time: 1 wave, each on a node that has neither image nor artifact');
});

describe('a rollback above its objective', () => {
  const remedyOf = (overrides: Partial<ModelServingProps>) =>
    Findings.of(new ModelServing(Testing.chart(), 'Serving', servingProps(overrides))).list().map(({ remedy }) => remedy);

  test('is told the smallest surge that meets it, which does', () => {
    expect(remedyOf({ replicas: 10 })).toEqual([
      'roll more pods at once with RolloutStrategy.rollingUpdate({ maxSurgePercent: 31 }), make the model start faster, or raise rollbackObjective',
    ]);
    expect(remedyOf({ replicas: 10, strategy: RolloutStrategy.rollingUpdate({ maxSurgePercent: 31 }) })).toEqual([]);
    expect(remedyOf({ replicas: 10, strategy: RolloutStrategy.rollingUpdate({ maxSurgePercent: 30 }) })).toHaveLength(1);
  });

  test('is told how many may be missing, where none can be added', () => {
    const strategy = RolloutStrategy.rollingUpdate({ maxSurgePercent: 0, maxUnavailablePercent: 10 });

    expect(remedyOf({ replicas: 10, strategy })).toEqual([
      'roll more pods at once with RolloutStrategy.rollingUpdate({ maxSurgePercent: 0, maxUnavailablePercent: 40 }), make the model start faster, or raise rollbackObjective',
    ]);
  });

  test('is told nothing about pods where even all at once are too slow', () => {
    expect(remedyOf({ rollbackObjective: Duration.seconds(60) })).toEqual(['make the model start faster, or raise rollbackObjective']);
  });
});

test('a healthy but slow roll is not called failed', () => {
  const deployment = objectOf(synth(RolloutStrategy.rollingUpdate(), { warmup: Duration.minutes(5), rollbackObjective: Duration.hours(1) }), 'Deployment');

  expect(deployment.spec.progressDeadlineSeconds).toBe(2 * (60 + 455 + 10));
});

test('clients call a Service that finds the pods, whichever workload owns them', () => {
  const manifests = synth(RolloutStrategy.rollingUpdate());

  expect(objectOf(manifests, 'Service').spec).toEqual({
    type: 'ClusterIP',
    selector: { 'cdk8s-mlops.io/service': 'fraud-detection' },
    ports: [{ name: 'http', port: 8080, targetPort: 8080 }],
  });
  expect(objectOf(manifests, 'Deployment').spec.template.metadata.labels).toMatchObject({ 'cdk8s-mlops.io/service': 'fraud-detection' });
});

test('the worst case of a rollback is told term by term', () => {
  const serving = new ModelServing(Testing.chart(), 'Serving', servingProps({ replicas: 3 }));

  expect(serving.worstCaseRollback.map(({ term, duration, why }) => [term, duration.toSeconds(), why])).toEqual([
    ['image pull and fetch', 180, '3 pods, 1 at a time: 3 waves, each on a node that has neither image nor artifact'],
    ['start', 225, '3 pods, 1 at a time: 3 waves, each as slow as the startup probe allows'],
    ['observation', 30, '3 pods, 1 at a time: 3 waves, each ready for this long before it counts'],
    ['last requests', 45, 'until the last pod of the bad version has finished'],
  ]);
});
