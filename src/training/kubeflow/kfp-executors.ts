import { KfpStep } from './kfp-steps';
import { SETTINGS_FOLDER } from './kfp-words';
import { Gpu } from '../../core/gpu';
import { resourcesOf } from '../../core/pods/restricted-pod';
import { NONROOT } from '../../private/restricted-pod';
import { GIT_CREDENTIALS } from '../step-arguments';

/** What all steps of a pipeline have in common. */
export interface ExecutorOptions {
  readonly gpu?: Gpu;
  /** ConfigMap with the gates and the features. */
  readonly settings: string;
  readonly labels: { [key: string]: string };
}

/** The container of a step, as a pipeline spec says it. Secrets, volumes and nodes are those of the platform. */
export function executorOf({ container, command, args = [], hasDevices }: KfpStep, { gpu }: ExecutorOptions): any {
  const { limits = {}, requests = {} } = resourcesOf(container.resources) ?? {};
  const resources = {
    ...defined({
      resourceCpuLimit: limits.cpu, resourceCpuRequest: requests.cpu, resourceMemoryLimit: limits.memory, resourceMemoryRequest: requests.memory,
    }),
    ...hasDevices && gpu ? { accelerator: { resourceType: gpu.resourceName, resourceCount: `${gpu.count}` } } : {},
  };
  return {
    image: container.image.uri,
    command,
    ...args.length > 0 ? { args } : {},
    env: container.env.filter(({ value }) => value !== undefined),
    resources,
  };
}

/** What Kubernetes is told about the pod of a step. Numbers of 64 bits are texts in the JSON of Protocol Buffers. */
export function platformOf({ container, deadline, hasDevices, gitSecret }: KfpStep, { gpu, settings, labels }: ExecutorOptions): any {
  const secrets = secretsOf(container.env);
  const needsSettings = (container.mounts ?? []).some(({ mountPath }) => mountPath === SETTINGS_FOLDER);
  return {
    imagePullPolicy: container.image.isPinned ? 'IfNotPresent' : 'Always',
    activeDeadlineSeconds: `${deadline}`,
    podMetadata: { labels },
    securityContext: { runAsUser: `${NONROOT}`, runAsGroup: `${NONROOT}`, runAsNonRoot: true },
    ...secrets.length > 0 ? { secretAsEnv: secrets } : {},
    ...gitSecret === undefined ? {} : {
      secretAsVolume: [{ secretName: gitSecret, secretNameParameter: constant(gitSecret), mountPath: GIT_CREDENTIALS, optional: false }],
    },
    ...needsSettings ? {
      configMapAsVolume: [{ configMapName: settings, configMapNameParameter: constant(settings), mountPath: SETTINGS_FOLDER, optional: false }],
    } : {},
    ...hasDevices && gpu ? {
      tolerations: [{ key: gpu.resourceName, operator: 'Exists', effect: 'NoSchedule' }],
      ...Object.keys(gpu.nodeLabels).length > 0 ? { nodeSelector: { labels: gpu.nodeLabels } } : {},
    } : {},
  };
}

function secretsOf(env: any[]): any[] {
  const keys = new Map<string, any[]>();
  env.flatMap(({ name, valueFrom }) => (valueFrom ? [{ envVar: name, ...valueFrom.secretKeyRef }] : [])).forEach(({ envVar, name, key }) =>
    keys.set(name, [...keys.get(name) ?? [], { secretKey: key, envVar }]));
  return [...keys].map(([secretName, keyToEnv]) => ({ secretName, secretNameParameter: constant(secretName), keyToEnv, optional: false }));
}

/** Kubeflow Pipelines before 2.5 reads the name, newer versions the parameter. */
function constant(value: string): any {
  return { runtimeValue: { constant: value } };
}

function defined(map: { [key: string]: any }): any {
  return Object.fromEntries(Object.entries(map).filter(([, value]) => value !== undefined));
}
