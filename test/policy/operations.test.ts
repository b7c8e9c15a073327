import { budget, container, cronJob, deployment, inEveryKind, rollout, said, service } from './support';
import { BudgetBlocksDrains } from '../../src/policy/rules/budget-blocks-drains';
import { MemoryOvercommit } from '../../src/policy/rules/memory-overcommit';
import { NoDisruptionBudget } from '../../src/policy/rules/no-disruption-budget';
import { NoOwner } from '../../src/policy/rules/no-owner';
import { NoProbes } from '../../src/policy/rules/no-probes';
import { NoResources } from '../../src/policy/rules/no-resources';
import { NoSpread } from '../../src/policy/rules/no-spread';
import { OneReplica } from '../../src/policy/rules/one-replica';
import { UnboundedCronJob } from '../../src/policy/rules/unbounded-cron-job';

const autoscaler = (spec: object) => ({
  apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'x' }, spec: { scaleTargetRef: { kind: 'Deployment', name: 'fraud' }, ...spec },
});

describe('operations/no-owner', () => {
  const rule = new NoOwner();

  test('flags a workload whose labels and annotations name nobody', () => {
    expect(said(rule, deployment({}, {}, { labels: { app: 'fraud', homeowner: 'x' }, annotations: { 'example.com/teams': 'x' } }))).toHaveLength(1);
  });

  test.each(['cdk8s-mlops.io/owner', 'owner', 'team', 'example.com/team', 'app.owner'])('accepts %s as label or annotation', (key) => {
    expect(said(rule, deployment({}, {}, { labels: { [key]: 'risk-ml' } }))).toEqual([]);
    expect(said(rule, deployment({}, {}, { labels: undefined, annotations: { [key]: 'risk-ml' } }))).toEqual([]);
  });

  test('accepts what makes no pods', () => {
    expect(said(rule, service())).toEqual([]);
  });
});

describe('operations/no-resources', () => {
  const rule = new NoResources();
  const withResources = (resources: object | undefined, pod = {}) => deployment({ ...pod, containers: [container({ resources })] });

  test.each([
    ['cpu request, no memory request, no memory limit', undefined],
    ['cpu request', { limits: { memory: '1Gi' } }],
    ['memory limit', { requests: { cpu: '1', memory: '1Gi' } }],
  ])('flags a container without %s', (missing, resources) => {
    expect(said(rule, withResources(resources))).toEqual([`container 'server' has no ${missing}`]);
  });

  test('flags init containers, and leaves out ephemeral ones', () => {
    expect(said(rule, deployment({ initContainers: [{ name: 'loader' }], ephemeralContainers: [{ name: 'debug' }] })))
      .toEqual(["init container 'loader' has no cpu request, no memory request, no memory limit"]);
  });

  test.each([
    ['requests and a memory limit', { requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '1Gi' } }, {}],
    ['limits, which are requests too', { limits: { cpu: '1', memory: '1Gi' } }, {}],
    ['resources of the pod', undefined, { resources: { requests: { cpu: '1' }, limits: { memory: '1Gi' } } }],
  ])('accepts %s', (_what, resources, pod) => {
    expect(said(rule, withResources(resources, pod))).toEqual([]);
  });

  test('accepts what a runtime may fill in', () => {
    expect(said(rule, inEveryKind({})['InferenceService with a model'])).toEqual([]);
  });
});

describe('operations/memory-overcommit', () => {
  const rule = new MemoryOvercommit();
  const withMemory = (request?: string, limit?: string) => deployment({
    containers: [container({ resources: { requests: { memory: request }, limits: { memory: limit } } })],
  });

  test('flags a limit above the request', () => {
    expect(said(rule, withMemory('4Gi', '6Gi'))).toEqual(["container 'server' requests 4Gi of memory and may take 6Gi, so a full node kills it, or its neighbours"]);
  });

  test.each([['1Gi', '1024Mi'], [undefined, '1Gi'], ['1Gi', undefined]])('accepts %s and %s', (request, limit) => {
    expect(said(rule, withMemory(request, limit))).toEqual([]);
  });
});

describe('operations/one-replica', () => {
  const rule = new OneReplica();

  test.each([
    ['one replica', [deployment({}, { replicas: 1 })]],
    ['no number, which is one', [deployment({}, { replicas: undefined })]],
    ['an autoscaler that starts at one', [deployment({}, { replicas: undefined }), autoscaler({ maxReplicas: 4 })]],
    ['a model server of one', [inEveryKind({}).InferenceService]],
  ])('flags %s', (_what, manifests) => {
    expect(said(rule, ...manifests)).toHaveLength(1);
  });

  test.each([
    ['two replicas', [deployment()]],
    ['none, which is on purpose', [deployment({}, { replicas: 0 })]],
    ['an autoscaler that starts at two', [deployment({}, { replicas: undefined }), autoscaler({ minReplicas: 2, maxReplicas: 4 })]],
    ['a DaemonSet, whose number is that of the nodes', [inEveryKind({}).DaemonSet]],
    ['Knative, whose number is that of the requests', [inEveryKind({})['Knative Service']]],
    ['a task', [cronJob()]],
  ])('accepts %s', (_what, manifests) => {
    expect(said(rule, ...manifests)).toEqual([]);
  });
});

describe('operations/no-disruption-budget', () => {
  const rule = new NoDisruptionBudget();

  test('flags replicas that no budget selects', () => {
    expect(said(rule, deployment(), budget({ selector: { matchLabels: { app: 'other' } } }))).toHaveLength(1);
    expect(said(rule, rollout({}))).toHaveLength(1);
    expect(said(rule, deployment(), budget({ selector: undefined }))).toHaveLength(1);
  });

  test.each([
    ['a budget', [deployment(), budget({ maxUnavailable: 1 })]],
    ['a budget for all pods of the namespace', [deployment(), budget({ maxUnavailable: 1, selector: {} })]],
    ['one replica, which a budget would only keep in place', [deployment({}, { replicas: 1 })]],
    ['pods whose labels are KServe\'s', [{ ...inEveryKind({}).InferenceService, spec: { predictor: { minReplicas: 2 } } }]],
    ['a task', [cronJob()]],
  ])('accepts %s', (_what, manifests) => {
    expect(said(rule, ...manifests)).toEqual([]);
  });
});

describe('operations/budget-blocks-drains', () => {
  const rule = new BudgetBlocksDrains();

  test.each([
    ['maxUnavailable 0', { maxUnavailable: 0 }],
    ['maxUnavailable 0%', { maxUnavailable: '0%' }],
    ['minAvailable 100%', { minAvailable: '100%' }],
  ])('flags %s on the budget', (what, spec) => {
    expect(said(rule, budget(spec), deployment())).toEqual([`${what} lets no pod go, so no node with one can be drained`]);
    expect(said(rule, deployment(), budget(spec))).toEqual([]);
  });

  test.each([[2, 2], [2, 3], [2, '60%'], [1, 1]])('flags on the workload: %p replicas of which %p are kept', (replicas, minAvailable) => {
    expect(said(rule, deployment({}, { replicas }), budget({ minAvailable })))
      .toEqual([`budget 'fraud' keeps ${minAvailable} of ${replicas} pods, so no node with one can be drained`]);
  });

  test.each([[3, 2], [2, '50%'], [0, 1]])('accepts %p replicas of which %p are kept', (replicas, minAvailable) => {
    expect(said(rule, deployment({}, { replicas }), budget({ minAvailable }))).toEqual([]);
    expect(said(rule, budget({ minAvailable }), deployment({}, { replicas }))).toEqual([]);
  });

  test('accepts maxUnavailable 1, and what has no budget', () => {
    expect(said(rule, budget({ maxUnavailable: 1 }), deployment())).toEqual([]);
    expect(said(rule, deployment(), budget({ maxUnavailable: 1 }))).toEqual([]);
    expect(said(rule, cronJob())).toEqual([]);
    expect(said(rule, { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' })).toEqual([]);
  });
});

describe('operations/no-probes', () => {
  const rule = new NoProbes();

  test('flags a server that nobody asks whether it is ready', () => {
    expect(said(rule, deployment({ containers: [container({ readinessProbe: undefined })] }))).toHaveLength(1);
  });

  test('flags a liveness probe without a startup probe', () => {
    expect(said(rule, deployment({ containers: [container({ livenessProbe: {}, startupProbe: undefined })] })))
      .toEqual(["container 'server' has a liveness probe without a startup probe, so a model that loads slowly is killed before it answers"]);
  });

  test.each([
    ['a ready server with a sidecar that has no probes', deployment({ containers: [container(), { name: 'sidecar' }] })],
    ['a sidecar among the init containers', deployment({ initContainers: [container({ name: 'proxy', restartPolicy: 'Always' })], containers: [{ name: 'server' }] })],
    ['Knative, which probes by itself', inEveryKind({})['Knative Service']],
    ['a model whose runtime has the probes', inEveryKind({})['InferenceService with a model']],
    ['a task', cronJob()],
  ])('accepts %s', (_what, manifest) => {
    expect(said(rule, manifest)).toEqual([]);
  });

  test('does not take the probe of an init container that ends for one of the server', () => {
    expect(said(rule, deployment({ initContainers: [container({ name: 'loader' })], containers: [{ name: 'server' }] }))).toHaveLength(1);
  });
});

describe('operations/unbounded-cron-job', () => {
  const rule = new UnboundedCronJob();
  const cronWorkflow = (spec: object) => ({ apiVersion: 'argoproj.io/v1alpha1', kind: 'CronWorkflow', metadata: { name: 'drift' }, spec });

  test('flags a CronJob that has only a schedule', () => {
    expect(said(rule, { ...cronJob(), spec: { schedule: '0 * * * *' } }))
      .toEqual(["CronJob 'drift' has no concurrencyPolicy Forbid, no startingDeadlineSeconds, no activeDeadlineSeconds, no backoffLimit"]);
  });

  test('flags a CronWorkflow that has only a schedule', () => {
    expect(said(rule, cronWorkflow({ schedules: ['0 * * * *'] })))
      .toEqual(["CronWorkflow 'drift' has no concurrencyPolicy Forbid, no startingDeadlineSeconds, no activeDeadlineSeconds"]);
  });

  test('accepts bounds, wherever Kubernetes reads them', () => {
    expect(said(rule, cronJob())).toEqual([]);
    expect(said(rule, cronJob({ concurrencyPolicy: 'Replace' }, { activeDeadlineSeconds: undefined }, { activeDeadlineSeconds: 600 }))).toEqual([]);
    expect(said(rule, cronWorkflow({ concurrencyPolicy: 'Forbid', startingDeadlineSeconds: 0, workflowSpec: { activeDeadlineSeconds: 600 } }))).toEqual([]);
  });

  test('accepts what does not run by the clock', () => {
    expect(said(rule, deployment())).toEqual([]);
    expect(said(rule, { apiVersion: 'v1', kind: 'ConfigMap' })).toEqual([]);
  });
});

describe('operations/no-spread', () => {
  const rule = new NoSpread();

  test('flags replicas without constraints', () => {
    expect(said(rule, deployment({ topologySpreadConstraints: undefined })))
      .toEqual(["the pods are spread by the cluster's defaults only, which may put all replicas into one zone"]);
    expect(said(rule, { ...inEveryKind({}).InferenceService, spec: { predictor: { minReplicas: 2 } } })).toEqual([
      "predictor is spread by the cluster's defaults only, which may put all replicas into one zone",
    ]);
  });

  test.each([
    ['constraints', deployment()],
    ['anti-affinity', deployment({ topologySpreadConstraints: undefined, affinity: { podAntiAffinity: {} } })],
    ['one replica', deployment({ topologySpreadConstraints: undefined }, { replicas: 1 })],
    ['a task', cronJob({}, {}, { topologySpreadConstraints: undefined })],
  ])('accepts %s', (_what, manifest) => {
    expect(said(rule, manifest)).toEqual([]);
  });
});
