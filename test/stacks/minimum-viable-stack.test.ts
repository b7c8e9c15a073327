import { Testing } from 'cdk8s';
import { BusinessKpiSegment, MeshMode, MetricQuery, MinimumViableStack, ModelServer, PlatformProfile, RolloutStrategy, ServingMetrics } from '../../src';
import { collectFacts } from '../../src/private/facts';
import { aRelease, servingProps } from '../support/fixtures';

const { strategy: _, ...props } = servingProps({ release: aRelease() });

test('the smallest stack is a service and what watches it, nothing else', () => {
  const stack = new MinimumViableStack(Testing.app(), 'fraud', props);

  expect(Testing.synth(stack).map((manifest) => manifest.kind)).toEqual([
    'ServiceAccount', 'Deployment', 'Service', 'NetworkPolicy', 'PodDisruptionBudget', 'ConfigMap', 'PodMonitor', 'PrometheusRule',
  ]);
});

test('every object says which model it belongs to, and who owns it', () => {
  const stack = new MinimumViableStack(Testing.app(), 'fraud', props);

  for (const manifest of Testing.synth(stack)) {
    expect(manifest.metadata.labels).toMatchObject({
      'cdk8s-mlops.io/model': 'fraud-detection', 'cdk8s-mlops.io/model-version': 'v2.1.0', 'cdk8s-mlops.io/owner': 'risk-ml',
    });
    expect(manifest.metadata.annotations).toMatchObject({ 'cdk8s-mlops.io/data-snapshot': aRelease().dataSnapshot.toString() });
  }
});

test('every object stands in the namespace of the stack', () => {
  const stack = new MinimumViableStack(Testing.app(), 'fraud', { ...props, namespace: 'ml' });

  expect(new Set(Testing.synth(stack).map((manifest) => manifest.metadata.namespace))).toEqual(new Set(['ml']));
});

test('the report knows what is left out and when to add it', () => {
  const stack = new MinimumViableStack(Testing.app(), 'fraud', props);

  expect(collectFacts(stack).leftOut.map(({ piece }) => piece)).toEqual([
    'Reproducible training', 'Golden set and evaluation gate', 'Canary', 'Experiment tracking (MLflow)', 'Drift detection',
    'Automated retraining', 'Feature store', 'Traces and log aggregation',
  ]);
});

test('the strategy can be chosen', () => {
  const stack = new MinimumViableStack(Testing.app(), 'fraud', { ...props, strategy: RolloutStrategy.rollingUpdate({ maxSurgePercent: 100 }) });
  const deployment = Testing.synth(stack).find((manifest) => manifest.kind === 'Deployment');

  expect(deployment.spec.strategy.rollingUpdate.maxSurge).toBe('100%');
});

test('a server that exports no histogram is watched by the mesh in front of it', () => {
  const requests = { metrics: ServingMetrics.istio(), selector: 'destination_workload="fraud"' };
  const server = ModelServer.triton();
  const platform = PlatformProfile.of({ metrics: props.platform.metrics, mesh: MeshMode.istioSidecar({ cni: true }) });

  expect(() => Testing.synth(new MinimumViableStack(Testing.app(), 'fraud', { ...props, server }))).toThrow('(monitoring/not-measured)');
  expect(() => Testing.synth(new MinimumViableStack(Testing.app(), 'fraud', { ...props, server, requests, platform }))).not.toThrow();
});

test('segments of its user are watched beside those of the stack', () => {
  const kpi = new BusinessKpiSegment({ kpis: [{ query: MetricQuery.promql({ expr: 'sum(kube_pod_info)', title: 'pods of the cluster' }) }] });
  const stack = new MinimumViableStack(Testing.app(), 'fraud', { ...props, segments: [kpi] });

  expect(stack.monitoring.segments.at(-1)).toBe(kpi);
});
