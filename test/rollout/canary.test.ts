import { Duration, Testing } from 'cdk8s';
import { Autoscaling, CanaryStrategyOptions, Findings, ModelServing, RolloutStrategy, TrafficRouter } from '../../src';
import { servingProps } from '../support/fixtures';
import { objectOf } from '../support/manifests';

const serve = (overrides = {}) => {
  const chart = Testing.chart();
  const serving = new ModelServing(chart, 'Serving', servingProps({ strategy: RolloutStrategy.canary({ router: TrafficRouter.istio() }), ...overrides }));
  return { serving, manifests: Testing.synth(chart) };
};

test('guardrails come from what the model promises', () => {
  const [first, later] = serve().manifests.filter(({ kind }) => kind === 'AnalysisTemplate').map(({ spec }) => spec.metrics);

  expect(later.map(({ successCondition }: any) => successCondition)).toEqual(first.map(({ successCondition }: any) => successCondition));
  expect(first.map(({ name, successCondition }: any) => [name, successCondition])).toEqual([
    ['latency-p95', 'len(result) > 0 && !isNaN(result[0]) && result[0] < 0.1'],
    ['error-ratio', 'len(result) > 0 && !isNaN(result[0]) && result[0] < 0.01'],
  ]);
});

test('pods keep what cdk8s-plus does not know, spread revision by revision', () => {
  const { template } = objectOf(serve().manifests, 'Rollout').spec;

  expect(template.spec.containers[0].lifecycle).toEqual({ preStop: { sleep: { seconds: 10 } } });
  expect(template.spec.topologySpreadConstraints[0].matchLabelKeys).toEqual(['rollouts-pod-template-hash']);
});

test('clients call the name that they called before', () => {
  const { serving, manifests } = serve();

  expect(serving.serviceName).toBe('fraud-detection');
  expect(objectOf(manifests, 'Rollout').spec.strategy.canary.stableService).toBe('fraud-detection');
});

test('budget, network and autoscaler fit the rollout', () => {
  const { manifests } = serve({ autoscaling: Autoscaling.cpu({ maxReplicas: 6 }) });
  const rollout = objectOf(manifests, 'Rollout');

  const selector = { matchLabels: { 'cdk8s-mlops.io/service': 'fraud-detection' } };
  expect(objectOf(manifests, 'PodDisruptionBudget').spec.selector).toEqual(selector);
  expect(objectOf(manifests, 'NetworkPolicy').spec.podSelector).toEqual(selector);
  expect(rollout.spec.template.metadata.labels).toMatchObject(selector.matchLabels);
  expect(objectOf(manifests, 'HorizontalPodAutoscaler').spec.scaleTargetRef.name).toBe(rollout.metadata.name);
  expect(rollout.spec.replicas).toBeUndefined();
});

test('the worst rollback starts all pods at once where a router shares requests out, in waves otherwise', () => {
  const termsOf = (router = TrafficRouter.istio()) => serve({ replicas: 20, strategy: RolloutStrategy.canary({ router }) })
    .serving.worstCaseRollback
    .map(({ term, duration }: any) => [term, duration.toSeconds()]);

  expect(termsOf()).toEqual([['image pull and fetch', 60], ['start', 75], ['observation', 10], ['last requests', 45]]);
  expect(() => termsOf(TrafficRouter.replicas())).toThrow('worst-case rollback takes 625s');
});

test('a rollback above its objective is told what would meet it', () => {
  const remedyOf = (options: Partial<CanaryStrategyOptions>, overrides = {}) => Findings.of(new ModelServing(Testing.chart(), 'Serving', servingProps({
    strategy: RolloutStrategy.canary({ router: TrafficRouter.istio(), ...options }), replicas: 20, ...overrides,
  }))).list().map(({ remedy }) => remedy);

  expect(remedyOf({ router: TrafficRouter.replicas() })).toEqual([
    'roll more pods at once with RolloutStrategy.canary({ maxSurgePercent: 31 }), make the model start faster, or raise rollbackObjective',
  ]);
  expect(remedyOf({ router: TrafficRouter.replicas(), maxSurgePercent: 31 })).toEqual([]);
  expect(remedyOf({ rollbackWindow: 0 })).toEqual([
    'let the version before skip the stages with rollbackWindow, make the model start faster, or raise rollbackObjective',
  ]);
  expect(remedyOf({ analysis: { window: Duration.minutes(1) } }, { rollbackObjective: Duration.seconds(170) })).toEqual([
    'make the model start faster, or raise rollbackObjective',
  ]);
});

test('without a rollback window the version before goes through all stages again', () => {
  const strategy = RolloutStrategy.canary({ router: TrafficRouter.istio(), rollbackWindow: 0 });
  const serving = new ModelServing(Testing.chart(), 'Serving', servingProps({ strategy }));

  expect(serving.worstCaseRollback[0]).toEqual({
    term: 'stages', duration: Duration.seconds(7200), why: 'the version before goes through all stages again, as the rollback window is 0',
  });
});
