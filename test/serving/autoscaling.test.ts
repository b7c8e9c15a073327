import { Testing } from 'cdk8s';
import {
  Autoscaling, ExternalMetrics, Findings, FindingSeverity, KedaAutoscalingOptions, MetricQuery, MetricsBackend, ModelServing, PlatformProfile,
  ServingMetrics,
} from '../../src';
import { servingProps } from '../support/fixtures';
import { objectOf } from '../support/manifests';

test('an autoscaler takes over the number of pods', () => {
  const chart = Testing.chart();
  new ModelServing(chart, 'Serving', servingProps({ autoscaling: Autoscaling.cpu({ maxReplicas: 6 }) }));
  const manifests = Testing.synth(chart);
  const deployment = objectOf(manifests, 'Deployment');

  expect(deployment.spec.replicas).toBeUndefined();
  expect(objectOf(manifests, 'HorizontalPodAutoscaler').spec).toEqual({
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: deployment.metadata.name },
    minReplicas: 2,
    maxReplicas: 6,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }],
    behavior: { scaleDown: { stabilizationWindowSeconds: 600 } },
  });
});

test('KEDA scales on a number that Prometheus knows', () => {
  const chart = Testing.chart();
  const query = MetricQuery.promql({ expr: 'sum(rate(model_inference_requests_total[2m]))', title: 'requests per second' });
  new ModelServing(chart, 'Serving', servingProps({ autoscaling: Autoscaling.keda({ minReplicas: 3, maxReplicas: 9, query, perPod: 40 }) }));
  const manifests = Testing.synth(chart);

  expect(objectOf(manifests, 'ScaledObject').spec).toEqual({
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: objectOf(manifests, 'Deployment').metadata.name },
    minReplicaCount: 3,
    maxReplicaCount: 9,
    advanced: { horizontalPodAutoscalerConfig: { behavior: { scaleDown: { stabilizationWindowSeconds: 600 } } } },
    triggers: [{
      type: 'prometheus',
      metadata: {
        serverAddress: 'http://monitoring-kube-prometheus-prometheus.monitoring.svc:9090',
        query: 'sum(rate(model_inference_requests_total[2m]))',
        threshold: '40',
        ignoreNullValues: 'false',
      },
    }],
  });
});

describe('KEDA', () => {
  const ask = (expr: string, options: Partial<KedaAutoscalingOptions> = {}) =>
    Autoscaling.keda({ maxReplicas: 9, perPod: 40, query: MetricQuery.promql({ expr, title: 'load' }), ...options });

  test('sends the headers of the platform', () => {
    const chart = Testing.chart();
    const metrics = MetricsBackend.kubePrometheus({ release: 'monitoring', headers: { 'X-Scope-OrgID': 'risk', 'X-Client': 'keda' } });
    const autoscaling = ask('sum(rate(model_inference_requests_total[2m]))');
    new ModelServing(chart, 'Serving', servingProps({ autoscaling, platform: PlatformProfile.of({ metrics }) }));

    expect(objectOf(Testing.synth(chart), 'ScaledObject').spec.triggers[0].metadata.customHeaders).toBe('X-Client=keda,X-Scope-OrgID=risk');
  });

  test.each([
    'sum(rate(model_inference_requests_total[2m]))',
    'sum(rate(a_total[2m])) / sum(rate(b_total[2m]))',
    'histogram_quantile(0.95, sum by (le) (rate(model_inference_duration_seconds_bucket[2m])))',
    'clamp_min(sum(rate(a_total[2m])), 1) or vector(0)',
  ])('takes %s, which answers one number', (expr) => {
    expect(ask(expr).queries.map((query) => query.expr)).toEqual([expr]);
  });

  test('a metric that nobody exports fails synthesis, until it is said who does', () => {
    const lost = ask('sum(rate(istio_requests_total{destination_workload="fraud"}[2m]))');
    const declared = ask('sum(rate(istio_requests_total{destination_workload="fraud"}[2m]))', {
      external: [ExternalMetrics.declare(ServingMetrics.istio().exported)],
    });
    const findingsWith = (autoscaling: Autoscaling) =>
      Findings.of(new ModelServing(Testing.chart(), 'Serving', servingProps({ autoscaling }))).list().map(({ ruleId, severity }) => [ruleId, severity]);

    expect(findingsWith(lost)).toEqual([['metric/unknown-metric', FindingSeverity.ERROR]]);
    expect(findingsWith(declared)).toEqual([]);
  });

  test('may filter by the labels that the monitor of the model adds', () => {
    const autoscaling = ask('sum(rate(model_inference_requests_total{namespace="ml",cdk8s_mlops_io_model="fraud-detection"}[2m]))');

    expect(Findings.of(new ModelServing(Testing.chart(), 'Serving', servingProps({ autoscaling }))).list()).toEqual([]);
  });
});

test('as few pods as may be and as many may be the same number', () => {
  const { minReplicas, maxReplicas } = Autoscaling.cpu({ minReplicas: 3, maxReplicas: 3 });

  expect([minReplicas, maxReplicas]).toEqual([3, 3]);
});

test('an autoscaler on CPU asks Prometheus nothing', () => {
  const autoscaling = Autoscaling.cpu({ maxReplicas: 3 });

  expect([autoscaling.queries, autoscaling.external]).toEqual([[], []]);
});

test('the rollback is computed for the most pods that an autoscaler may choose', () => {
  const serving = new ModelServing(Testing.chart(), 'Serving', servingProps({ autoscaling: Autoscaling.cpu({ maxReplicas: 6 }) }));

  expect(serving.worstCaseRollback[0].why).toBe('6 pods, 2 at a time: 3 waves, each on a node that has neither image nor artifact');
});
