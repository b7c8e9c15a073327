import { App, Chart, Testing } from 'cdk8s';
import { DriftCronJob, DriftResponse, TrainingPipeline } from '../../src';
import { aGate, driftProps } from '../support/drift';
import { objectOf } from '../support/manifests';
import { kubeflowProps } from '../support/training';

function make() {
  const pipeline = TrainingPipeline.kubeflow(new Chart(new App(), 'training', { namespace: 'ml' }), 'Pipeline', kubeflowProps());
  const chart = new Chart(new App(), 'fraud', { namespace: 'ml' });
  new DriftCronJob(chart, 'Drift', driftProps({
    response: DriftResponse.retrain(pipeline, aGate(), { evidence: 'accuracy fell by 4 points', enabledSince: '2026-04-01' }),
  }));
  const manifests = Testing.synth(chart);
  return { pipeline, manifests, pod: objectOf(manifests, 'CronJob').spec.jobTemplate.spec.template.spec };
}

test('a drift check that starts runs of Kubeflow carries a token that Kubeflow alone takes, in its last container', () => {
  const { pod } = make();

  expect(pod.volumes.find(({ name }: any) => name === 'server-token-0')).toEqual({
    name: 'server-token-0',
    projected: { sources: [{ serviceAccountToken: { path: 'token', audience: 'pipelines.kubeflow.org', expirationSeconds: 3600 } }] },
  });
  expect(pod.containers[0].volumeMounts).toContainEqual({ name: 'server-token-0', mountPath: '/var/run/secrets/kubeflow/pipelines', readOnly: true });
  expect(pod.initContainers.flatMap(({ volumeMounts }: any) => volumeMounts.map(({ name }: any) => name))).not.toContain('server-token-0');
});

test('its account may make and list runs and their experiments, which the server asks the API server, and hold the Lease', () => {
  const { manifests } = make();

  expect(objectOf(manifests, 'Role').rules).toEqual([
    { apiGroups: ['pipelines.kubeflow.org'], resources: ['runs', 'experiments'], verbs: ['create', 'get', 'list'] },
    { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create'] },
    { apiGroups: ['coordination.k8s.io'], resources: ['leases'], resourceNames: ['fraud-detection-retrain'], verbs: ['get', 'update'] },
  ]);
});

test('it reaches the API of Kubeflow', () => {
  const { manifests } = make();

  expect(objectOf(manifests, 'NetworkPolicy').spec.egress.pop()).toEqual({
    to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kubeflow' } } }], ports: [{ port: 8888, protocol: 'TCP' }],
  });
});

test('the runtime is told what to send where, and nothing of the network', () => {
  const { manifests, pipeline } = make();
  const { trigger } = JSON.parse(objectOf(manifests, 'ConfigMap').data['retrain-0.json']);
  const { server, ...expected } = pipeline.toTrigger({ model: 'fraud-detection' });

  expect(trigger).toEqual({
    ...expected,
    server: { url: server!.url, audience: 'pipelines.kubeflow.org', namespace: 'ml', experiment: 'fraud-detection-training' },
  });
});
