/** What a workload does: answers until it is told to stop, or ends by itself. */
export type WorkloadRole = 'server' | 'task';

/** Pods that an object makes. */
export interface PodShape {
  /** Part of the object, for people; empty where there is only one: `template 'train'`, `predictor`. */
  readonly part: string;
  readonly role: WorkloadRole;
  readonly labels: { [key: string]: string };
  readonly annotations: { [key: string]: string };
  /** Fields of a PodSpec. */
  readonly spec: any;
  /** False where the cluster adds fields that are not in the manifest, such as those of a ServingRuntime: what is missing proves nothing. */
  readonly complete: boolean;
}

/** A container of a pod. */
export interface ContainerShape {
  /** For people: `container 'server'`, `template 'train': init container 'fetch'`. */
  readonly where: string;
  readonly type: 'container' | 'init' | 'ephemeral';
  readonly container: any;
}

/** `<group>/<kind>` without the version: `apps/Deployment`, `/Pod`. */
export function groupKindOf(manifest: any): string {
  const [group, version] = String(manifest.apiVersion).split('/');
  return `${version === undefined ? '' : group}/${manifest.kind}`;
}

/** The pods that an object makes; none for a kind that makes none, or that we do not know. */
export function podsOf(manifest: any): PodShape[] {
  return SHAPES[groupKindOf(manifest)]?.(manifest) ?? [];
}

/** Whether an object makes pods that answer requests. */
export function isServer(manifest: any): boolean {
  return podsOf(manifest).some((pod) => pod.role === 'server');
}

/** Every container of a pod: those that run, those that run before, those that somebody attached. */
export function containersOf(pod: PodShape): ContainerShape[] {
  const prefix = pod.part === '' ? '' : `${pod.part}: `;
  const shapes = (type: ContainerShape['type'], word: string, containers: any[] | undefined) => (containers ?? [])
    .map((container) => ({ type, container, where: `${prefix}${word} '${container.name}'` }));
  return [
    ...shapes('init', 'init container', pod.spec.initContainers),
    ...shapes('container', 'container', pod.spec.containers),
    ...shapes('ephemeral', 'ephemeral container', pod.spec.ephemeralContainers),
  ];
}

/** Whether a container keeps running beside the others: not an init container that ends. */
export function keepsRunning(shape: ContainerShape): boolean {
  return shape.type === 'container' || (shape.type === 'init' && shape.container.restartPolicy === 'Always');
}

const SHAPES: { [groupKind: string]: (manifest: any) => PodShape[] } = {
  '/Pod': (manifest) => fromTemplate('server', manifest),
  '/ReplicationController': (manifest) => fromTemplate('server', manifest.spec?.template),
  'apps/Deployment': (manifest) => fromTemplate('server', manifest.spec?.template),
  'apps/StatefulSet': (manifest) => fromTemplate('server', manifest.spec?.template),
  'apps/DaemonSet': (manifest) => fromTemplate('server', manifest.spec?.template),
  'apps/ReplicaSet': (manifest) => fromTemplate('server', manifest.spec?.template),
  'argoproj.io/Rollout': (manifest) => fromTemplate('server', manifest.spec?.template),
  'batch/Job': (manifest) => fromTemplate('task', manifest.spec?.template),
  'batch/CronJob': (manifest) => fromTemplate('task', manifest.spec?.jobTemplate?.spec?.template),
  'keda.sh/ScaledJob': (manifest) => fromTemplate('task', manifest.spec?.jobTargetRef?.template),
  'serving.knative.dev/Service': (manifest) => fromKnative(manifest, 'service'),
  'serving.knative.dev/Configuration': (manifest) => fromKnative(manifest, 'configuration'),
  'serving.kserve.io/InferenceService': fromInferenceService,
  'serving.kserve.io/ServingRuntime': (manifest) => fromRuntime(manifest),
  'serving.kserve.io/ClusterServingRuntime': (manifest) => fromRuntime(manifest),
  'argoproj.io/Workflow': (manifest) => fromWorkflow(manifest.spec),
  'argoproj.io/WorkflowTemplate': (manifest) => fromWorkflow(manifest.spec),
  'argoproj.io/ClusterWorkflowTemplate': (manifest) => fromWorkflow(manifest.spec),
  'argoproj.io/CronWorkflow': (manifest) => fromWorkflow(manifest.spec?.workflowSpec),
  'argoproj.io/AnalysisTemplate': fromAnalysis,
  'argoproj.io/ClusterAnalysisTemplate': fromAnalysis,
  'trainer.kubeflow.org/TrainJob': fromTrainJob,
  'trainer.kubeflow.org/TrainingRuntime': fromTrainingRuntime,
  'trainer.kubeflow.org/ClusterTrainingRuntime': fromTrainingRuntime,
};

function fromTemplate(role: WorkloadRole, template: any, part = ''): PodShape[] {
  if (!template?.spec) {return [];}
  return [{
    part,
    role,
    labels: template.metadata?.labels ?? {},
    annotations: template.metadata?.annotations ?? {},
    spec: template.spec,
    complete: true,
  }];
}

function fromKnative(manifest: any, owner: string): PodShape[] {
  return fromTemplate('server', manifest.spec?.template)
    .map((pod) => ({ ...pod, labels: { ...pod.labels, [`serving.knative.dev/${owner}`]: manifest.metadata?.name } }));
}

/** Frameworks that have a field of their own in a component of an InferenceService, beside `model`. */
const FRAMEWORKS = ['model', 'sklearn', 'xgboost', 'tensorflow', 'pytorch', 'triton', 'onnx', 'huggingface', 'pmml', 'lightgbm', 'paddle'];

function fromInferenceService(manifest: any): PodShape[] {
  return ['predictor', 'transformer', 'explainer']
    .filter((component) => manifest.spec?.[component])
    .map((component) => {
      const spec = manifest.spec[component];
      const models = FRAMEWORKS.filter((name) => spec[name]).map((name) => ({ name: 'kserve-container', ...spec[name] }));
      return {
        part: component,
        role: 'server',
        labels: { ...manifest.metadata?.labels, ...spec.labels, 'serving.kserve.io/inferenceservice': manifest.metadata?.name },
        annotations: { ...manifest.metadata?.annotations, ...spec.annotations },
        spec: { ...spec, containers: [...models, ...spec.containers ?? []] },
        complete: models.length === 0,
      };
    });
}

function fromRuntime(manifest: any): PodShape[] {
  return fromTemplate('server', { metadata: { labels: manifest.spec?.labels, annotations: manifest.spec?.annotations }, spec: manifest.spec })
    .map((pod) => ({ ...pod, complete: false }));
}

function fromWorkflow(spec: any): PodShape[] {
  return (spec?.templates ?? []).flatMap((own: any) => {
    const template = { ...spec.templateDefaults, ...own };
    const main = template.container ?? template.script;
    const containers = main ? [{ name: 'main', ...main }] : template.containerSet?.containers ?? [];
    if (containers.length === 0) {return [];}
    return [{
      part: `template '${template.name}'`,
      role: 'task',
      labels: { ...spec.podMetadata?.labels, ...template.metadata?.labels },
      annotations: { ...spec.podMetadata?.annotations, ...template.metadata?.annotations },
      spec: {
        ...template,
        containers: [...containers, ...template.sidecars ?? []],
        volumes: [...spec.volumes ?? [], ...template.volumes ?? []],
        securityContext: template.securityContext ?? spec.securityContext,
        automountServiceAccountToken: template.automountServiceAccountToken ?? spec.automountServiceAccountToken,
        serviceAccountName: template.serviceAccountName ?? spec.serviceAccountName,
        hostNetwork: spec.hostNetwork,
      },
      complete: true,
    }];
  });
}

function fromAnalysis(manifest: any): PodShape[] {
  return (manifest.spec?.metrics ?? []).flatMap((metric: any) =>
    fromTemplate('task', metric.provider?.job?.spec?.template, `metric '${metric.name}'`));
}

function fromTrainJob(manifest: any): PodShape[] {
  const trainer = manifest.spec?.trainer;
  if (!trainer?.image) {return [];}
  return [{ part: '', role: 'task', labels: {}, annotations: {}, spec: { containers: [{ name: 'trainer', ...trainer }] }, complete: false }];
}

/** The pods of its jobs; to those that train a TrainJob adds what it trains with. */
function fromTrainingRuntime(manifest: any): PodShape[] {
  return (manifest.spec?.template?.spec?.replicatedJobs ?? []).flatMap(({ name, template }: any) => {
    const complete = template?.metadata?.labels?.['trainer.kubeflow.org/trainjob-ancestor-step'] === undefined;
    return fromTemplate('task', template?.spec?.template, `job '${name}'`).map((pod) => ({ ...pod, complete }));
  });
}
