import { Testing } from 'cdk8s';
import { Autoscaling, MetricQuery, ModelServing } from '../../src';
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
    cooldownPeriod: 600,
    triggers: [{
      type: 'prometheus',
      metadata: {
        serverAddress: 'http://monitoring-kube-prometheus-prometheus.monitoring.svc:9090',
        query: 'sum(rate(model_inference_requests_total[2m]))',
        threshold: '40',
      },
    }],
  });
});

test('the rollback is computed for the most pods that an autoscaler may choose', () => {
  const serving = new ModelServing(Testing.chart(), 'Serving', servingProps({ autoscaling: Autoscaling.cpu({ maxReplicas: 6 }) }));

  expect(serving.worstCaseRollback[0].why).toBe('6 pods, 2 at a time: 3 waves, each on a node that has neither image nor artifact');
});
