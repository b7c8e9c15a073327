import { Cluster } from './cluster';
import { standInForArgo } from './simulated-argo';
import { KNATIVE, standInForKnative } from './simulated-knative';
import { standInForTrainer } from './simulated-trainer';

/** Whether an object does what it is for; otherwise what is missing. */
export type Effect = (cluster: Cluster, live: any) => Promise<true | string>;

/** What each kind is for, as far as controllers and simulated nodes can show it. */
export const EFFECTS: { [kind: string]: Effect } = {
  Deployment: async (cluster, { metadata, spec, status }) => {
    const pods = await podsOf(cluster, metadata.namespace, spec.selector.matchLabels);
    const bound = pods.filter((pod) => pod.spec.nodeName).length;
    const counted = [status?.availableReplicas, status?.updatedReplicas].every((count) => count === spec.replicas);
    const rolledOut = counted && status.observedGeneration === metadata.generation;
    return whether(rolledOut,
      `${status?.availableReplicas ?? 0} of ${spec.replicas} pods available, ${bound} of ${pods.length} on a node; ${conditionsOf(status)}`);
  },
  Rollout: async (_cluster, { spec, status }) =>
    whether(status?.phase === 'Healthy' && status.availableReplicas === spec.replicas,
      `${status?.phase}: ${status?.message ?? ''}; ${status?.availableReplicas ?? 0} of ${spec.replicas} pods available; ${conditionsOf(status)}`),
  Job: async (cluster, { metadata, spec, status }) => {
    const pods = await cluster.list('v1', 'Pod', metadata.namespace, { 'batch.kubernetes.io/job-name': metadata.name });
    return whether(pods.length > 0 && status?.succeeded >= (spec.completions ?? 1),
      `${pods.length} pods, ${status?.succeeded ?? 0} of ${spec.completions ?? 1} succeeded; ${conditionsOf(status)}`);
  },
  CronJob: async (cluster, live) => EFFECTS.Job(cluster, await triggered(cluster, live)),
  Pod: async (_cluster, { status }) => whether(['Running', 'Succeeded'].includes(status?.phase), `it is ${status?.phase}; ${conditionsOf(status)}`),
  PersistentVolumeClaim: async (_cluster, { status }) => whether(status?.phase === 'Bound', `it is ${status?.phase}`),
  PersistentVolume: async (_cluster, { status }) => whether(status?.phase === 'Bound', `it is ${status?.phase}`),
  PodDisruptionBudget: async (cluster, { metadata, spec, status }) => {
    const pods = await podsOf(cluster, metadata.namespace, spec.selector.matchLabels);
    const counted = [status?.expectedPods, status?.currentHealthy].every((count) => count === pods.length);
    return whether(pods.length > 0 && counted && status?.disruptionsAllowed > 0,
      `${pods.length} pods, ${status?.expectedPods} expected, ${status?.currentHealthy} healthy, ${status?.disruptionsAllowed} disruptions allowed`);
  },
  Service: async (cluster, { metadata, spec }) => {
    const slices = await cluster.list('discovery.k8s.io/v1', 'EndpointSlice', metadata.namespace, { 'kubernetes.io/service-name': metadata.name });
    const ready = slices.flatMap(({ endpoints }) => endpoints ?? []).filter(({ conditions }) => conditions?.ready).length;
    const ports = slices.flatMap((slice) => slice.ports ?? []).map(({ name }) => name ?? '');
    const missing = spec.ports.map(({ name }: any) => name ?? '').filter((name: string) => !ports.includes(name));
    return whether(ready > 0 && missing.length === 0, `${ready} endpoints are ready; ports without a container port: ${missing.join(', ') || 'none'}`);
  },
  HorizontalPodAutoscaler: async (_cluster, { status }) => {
    const found = status?.conditions?.find(({ type }: any) => type === 'AbleToScale');
    return whether(found?.status === 'True', conditionsOf(status));
  },
  ScaledObject: async (cluster, { metadata, spec }) => {
    const target = await cluster.get({ ...spec.scaleTargetRef, metadata: { name: spec.scaleTargetRef.name, namespace: metadata.namespace } });
    const fixed = target.metadata.managedFields.some((entry: any) => 'f:replicas' in (entry.fieldsV1?.['f:spec'] ?? {}));
    return whether(!fixed, 'its target names a number of pods itself');
  },
  PeerAuthentication: async (cluster, { metadata, spec }) => selectsPods(cluster, metadata.namespace, spec.selector ?? {}),
  NetworkPolicy: async (cluster, { metadata, spec }) => selectsPods(cluster, metadata.namespace, spec.podSelector),
  PodMonitor: async (cluster, { metadata, spec }) => {
    const pods = await podsOf(cluster, metadata.namespace, spec.selector.matchLabels);
    const containers = pods.slice(0, 1).flatMap((pod) => [...pod.spec.containers, ...pod.spec.initContainers ?? []]);
    const ports = containers.flatMap((container) => container.ports ?? []).map(({ name }) => name);
    const missing = spec.podMetricsEndpoints.map(({ port }: any) => port).filter((port: string) => !ports.includes(port));
    return whether(pods.length > 0 && missing.length === 0, `selects ${pods.length} pods, whose ports are ${ports.join(', ')}; missing: ${missing.join(', ')}`);
  },
  ValidatingAdmissionPolicy: async (_cluster, { metadata, status }) =>
    whether(status?.observedGeneration === metadata.generation && !status?.typeChecking?.expressionWarnings?.length, JSON.stringify(status ?? {})),
  InferenceService: async (cluster, { metadata, status }) => {
    if (metadata.annotations['serving.kserve.io/deploymentMode'] === 'Knative') {
      const made = { apiVersion: KNATIVE, kind: 'Service', metadata: { name: `${metadata.name}-predictor`, namespace: metadata.namespace } };
      return standInForKnative(cluster, await cluster.get(made));
    }
    const ready = status?.conditions?.find(({ type }: any) => type === 'Ready');
    return whether(ready?.status === 'True', conditionsOf(status));
  },
  InferenceGraph: async (_cluster, { status }) => whether(status?.conditions?.some(({ type, status: value }: any) => type === 'Ready' && value === 'True'), conditionsOf(status)),
  KnativeService: standInForKnative,
  WorkflowTemplate: standInForArgo,
  TrainJob: standInForTrainer,
  RoleBinding: async (cluster, { metadata: { namespace }, subjects, roleRef: { kind, name } }) => {
    const { rules: [rule] } = await cluster.get({ apiVersion: 'rbac.authorization.k8s.io/v1', kind, metadata: { name, namespace } });
    const [group, resource, verb] = [rule.apiGroups[0], rule.resources[0], rule.verbs[0]];
    const resourceAttributes = { namespace, group, resource, verb, name: rule.resourceNames?.[0] };
    const may = async (user: string) => (await cluster.server.call('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
      body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec: { user, resourceAttributes } },
    })).body.status.allowed;
    const allowed = await Promise.all(subjects.map((subject: any) => may(`system:serviceaccount:${subject.namespace ?? namespace}:${subject.name}`)));
    return whether(allowed.every((yes) => yes), `its subjects may not ${verb} ${resource}`);
  },
  ServiceAccount: async (cluster, { metadata }) => {
    const pods = await cluster.list('v1', 'Pod', metadata.namespace);
    return whether(pods.some(({ spec }) => spec.serviceAccountName === metadata.name), 'no pod runs as it');
  },
};

/** Kinds whose controllers do not run here: the API server alone judges them. */
export const ACCEPTED_ONLY = [
  'AlertmanagerConfig', 'AnalysisTemplate', 'AuthorizationPolicy', 'Certificate', 'ClusterAnalysisTemplate', 'ClusterRole',
  'ClusterRoleBinding', 'ConfigMap', 'CronWorkflow', 'DestinationRule', 'ExternalSecret', 'Gateway', 'GrafanaDashboard', 'HTTPRoute', 'PrometheusRule',
  'ReferenceGrant', 'RequestAuthentication', 'Role', 'TrainingRuntime', 'ValidatingAdmissionPolicyBinding', 'VirtualService',
];

async function podsOf(cluster: Cluster, namespace: string, labels: { [key: string]: string }): Promise<any[]> {
  return (await cluster.list('v1', 'Pod', namespace, labels)).filter(({ metadata }) => !metadata.deletionTimestamp);
}

/** The Job that a CronJob makes when its time comes, made now, as `kubectl create job --from` does. */
async function triggered(cluster: Cluster, { apiVersion, kind, metadata, spec }: any): Promise<any> {
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      ...spec.jobTemplate.metadata,
      name: `${metadata.name}-triggered`.slice(-63).replace(/^[^a-z0-9]+/, ''),
      namespace: metadata.namespace,
      ownerReferences: [{ apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true }],
    },
    spec: spec.jobTemplate.spec,
  };
  const { status, body, warnings } = await cluster.create(job);
  if (![201, 409].includes(status) || warnings.length > 0) {throw new Error(`${kind} ${metadata.name} cannot make its Job: ${body.message ?? warnings.join(', ')}`);}
  return cluster.get(job);
}

async function selectsPods(cluster: Cluster, namespace: string, { matchLabels = {}, matchExpressions }: any): Promise<true | string> {
  if (matchExpressions) {return 'selects by expressions, which this check does not understand';}
  return whether((await podsOf(cluster, namespace, matchLabels)).length > 0, `selects no pod by ${JSON.stringify(matchLabels)}`);
}

function conditionsOf(status: any): string {
  return (status?.conditions ?? []).map(({ type, status: value, message }: any) => `${type}=${value}: ${message}`).join('; ') || 'no conditions';
}

function whether(holds: boolean, otherwise: string): true | string {
  return holds || otherwise;
}

/** What an object is called in the list of effects: Knative, too, calls something a Service. */
export function effectName({ apiVersion, kind }: any): string {
  return apiVersion === KNATIVE && kind === 'Service' ? 'KnativeService' : kind;
}
