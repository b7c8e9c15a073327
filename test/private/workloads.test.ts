import { podResourcesOf } from '../../src/private/pod-resources';
import { containersOf, isServer, podsOf } from '../../src/private/workloads';
import { cronJob, deployment, inEveryKind, service } from '../policy/support';

test('what answers is told from what ends', () => {
  expect(isServer(deployment())).toBe(true);
  expect(isServer(cronJob())).toBe(false);
  expect(isServer(service())).toBe(false);
});

test('a model server and its transformer are pods of their own, with the label that KServe gives', () => {
  const manifest = {
    apiVersion: 'serving.kserve.io/v1beta1',
    kind: 'InferenceService',
    metadata: { name: 'fraud', labels: { team: 'risk' } },
    spec: { predictor: { labels: { part: 'p' }, model: { image: 'a' }, containers: [{ name: 'agent', image: 'b' }] }, transformer: { containers: [{ name: 't', image: 'c' }] } },
  };

  const pods = podsOf(manifest);

  expect(pods.map(({ part, labels, complete }) => ({ part, labels, complete }))).toEqual([
    { part: 'predictor', labels: { 'team': 'risk', 'part': 'p', 'serving.kserve.io/inferenceservice': 'fraud' }, complete: false },
    { part: 'transformer', labels: { 'team': 'risk', 'serving.kserve.io/inferenceservice': 'fraud' }, complete: true },
  ]);
  expect(pods.flatMap(containersOf).map(({ where, container }) => [where, container.image])).toEqual([
    ["predictor: container 'kserve-container'", 'a'], ["predictor: container 'agent'", 'b'], ["transformer: container 't'", 'c'],
  ]);
});

test('pods of Knative carry the label of their Service', () => {
  expect(podsOf(inEveryKind({})['Knative Service'])[0].labels).toEqual({ 'app': 'fraud', 'serving.knative.dev/service': 'x' });
});

test('a step of a workflow inherits what the workflow says for all', () => {
  const [pod] = podsOf({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'WorkflowTemplate',
    metadata: { name: 'train' },
    spec: {
      podMetadata: { labels: { team: 'risk' }, annotations: { note: 'x' } },
      securityContext: { runAsNonRoot: true },
      automountServiceAccountToken: false,
      serviceAccountName: 'trainer',
      hostNetwork: true,
      volumes: [{ name: 'a' }],
      templateDefaults: { activeDeadlineSeconds: 60 },
      templates: [{ name: 'fit', container: { image: 'x' }, volumes: [{ name: 'b' }], metadata: { labels: { step: 'fit' } } }, { name: 'all', dag: {} }],
    },
  });

  expect(pod).toMatchObject({
    part: "template 'fit'",
    labels: { team: 'risk', step: 'fit' },
    annotations: { note: 'x' },
    spec: {
      securityContext: { runAsNonRoot: true },
      automountServiceAccountToken: false,
      serviceAccountName: 'trainer',
      hostNetwork: true,
      activeDeadlineSeconds: 60,
      volumes: [{ name: 'a' }, { name: 'b' }],
      containers: [{ name: 'main', image: 'x' }],
    },
  });
});

test('objects without content make no pods', () => {
  const kinds = Object.values(inEveryKind({})).map(({ apiVersion, kind }) => ({ apiVersion, kind }));

  expect(kinds.flatMap(podsOf)).toEqual([]);
});

describe('resources of a pod', () => {
  const resources = (cpu: string, memory: string, gpu?: object) => ({ requests: { cpu, memory }, limits: { cpu, memory, ...gpu } });
  const of = (spec: object) => podResourcesOf(podsOf({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' }, spec })[0]);

  test('are the sum of what runs side by side, sidecars among the init containers included', () => {
    expect(of({
      initContainers: [{ name: 'proxy', restartPolicy: 'Always', resources: resources('100m', '128Mi') }],
      containers: [{ name: 'server', resources: resources('2', '4Gi', { 'nvidia.com/gpu': 1 }) }, { name: 'exporter', resources: resources('500m', '256Mi') }],
    })).toEqual({ cpuRequest: 2.6, memoryRequest: 4.375 * 2 ** 30, cpuLimit: 2.6, memoryLimit: 4.375 * 2 ** 30, gpus: 1 });
  });

  test('are those of an init container that needs more than all that follow', () => {
    expect(of({
      initContainers: [{ name: 'loader', resources: resources('1', '8Gi') }],
      containers: [{ name: 'server', resources: resources('2', '4Gi') }],
    })).toEqual({ cpuRequest: 2, memoryRequest: 8 * 2 ** 30, cpuLimit: 2, memoryLimit: 8 * 2 ** 30, gpus: 0 });
  });

  test('have no limit where one container has none; a limit without a request is a request', () => {
    expect(of({ containers: [{ name: 'a', resources: { limits: { cpu: '1', memory: '1Gi' } } }, { name: 'b' }], ephemeralContainers: [{ name: 'c', resources: resources('9', '9Gi') }] }))
      .toEqual({ cpuRequest: 1, memoryRequest: 2 ** 30, cpuLimit: undefined, memoryLimit: undefined, gpus: 0 });
  });

  test.each(['nvidia.com/gpu', 'amd.com/gpu', 'nvidia.com/mig-1g.5gb', 'gpu.intel.com/i915'])('count %s as a GPU', (resource) => {
    expect(of({ containers: [{ name: 'a', resources: { limits: { [resource]: '2' } } }] }).gpus).toBe(2);
  });

  test('count no other device as a GPU', () => {
    expect(of({ containers: [{ name: 'a', resources: { limits: { 'ephemeral-storage': '2Gi', 'vpc.amazonaws.com/eni': 1, 'nvidia.com/gpu': 'none' } } }] }).gpus).toBe(0);
  });
});

test('what a TrainJob adds to is not complete; what runs before and after it is', () => {
  const pod = (name: string) => ({ metadata: { labels: { name } }, spec: { containers: [{ name }] } });
  const job = (name: string, metadata?: any) => ({ name, template: { metadata, spec: { template: pod(name) } } });
  const pods = podsOf({
    apiVersion: 'trainer.kubeflow.org/v1alpha1',
    kind: 'TrainingRuntime',
    spec: {
      template: { spec: { replicatedJobs: [job('validate-data'), job('node', { labels: { 'trainer.kubeflow.org/trainjob-ancestor-step': 'trainer' } })] } },
    },
  });

  expect(pods.map(({ part, role, labels, complete }) => [part, role, labels.name, complete])).toEqual([
    ["job 'validate-data'", 'task', 'validate-data', true], ["job 'node'", 'task', 'node', false],
  ]);
  expect(podsOf({ apiVersion: 'trainer.kubeflow.org/v1alpha1', kind: 'ClusterTrainingRuntime', spec: {} })).toEqual([]);
});
