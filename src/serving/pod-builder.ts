import { Duration, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { plainVariables, secretVariables } from './environment-variables';
import { scrapeAnnotations } from './mesh-scraping';
import { ServedModelOptions, Spread } from './model-serving-props';
import { ModelSourceConfig } from './model-source';
import { probesFor } from './probes';
import { ScrapeEndpoint } from './serving';
import { ServingPod } from './serving-pod';
import { ModelRelease } from '../core/model-release';
import { auditAnnotations, auditLabels, AuditRecord } from '../private/audit';
import { NONROOT, restrictedContainer, restrictedPod } from '../private/restricted-pod';

/** Time for every kube-proxy and gateway to learn that a pod is going, before its server is told. */
const ENDPOINT_REMOVAL = Duration.seconds(10);

/** What the pods of a serving are made of. */
export interface PodParts {
  readonly props: ServedModelOptions;
  readonly release: ModelRelease;
  readonly source: ModelSourceConfig;
  readonly serviceAccount: kplus.IServiceAccount;
  readonly audit: AuditRecord;
  /** What Service, policies and monitor select by: they win over labels of the same name, which only tell. */
  readonly podLabels: { [key: string]: string };
  /** Name of the server's container, where a controller asks for a certain one. `server` otherwise. */
  readonly serverName?: string;
}

/** Longest time that a pod which goes may take. */
export function terminationGrace(props: ServedModelOptions): Duration {
  const requests = props.requestTimeout ?? Duration.seconds(30);
  return Duration.seconds(ENDPOINT_REMOVAL.toSeconds() + requests.toSeconds() + 5);
}

/** The ports of the pods that Prometheus scrapes. */
export function scrapeEndpoints(props: ServedModelOptions): ScrapeEndpoint[] {
  const { server, predictionExporter: exporter } = props;
  return [
    { portName: server.metrics.port === server.port ? 'http' : 'metrics', path: server.metrics.path },
    ...exporter ? [{ portName: 'predictions', path: exporter.path }] : [],
  ];
}

/** Numbers of the ports that Prometheus scrapes. */
export function metricsPorts(props: ServedModelOptions): number[] {
  const { server, predictionExporter: exporter } = props;
  return [server.metrics.port, ...exporter ? [exporter.port] : []];
}

/** The pods of a serving: restricted, probed, spread, and loud about which version they are. */
export function buildPod(scope: Construct, parts: PodParts): ServingPod {
  const { props, source } = parts;
  const scratch = kplus.Volume.fromEmptyDir(scope, 'Scratch', 'scratch', { sizeLimit: props.scratchSize ?? Size.gibibytes(1) });
  const tmp: kplus.VolumeMount = { path: '/tmp', volume: scratch };
  const containers = [serverContainer(scope, parts, tmp)];
  const initContainers = [
    ...source.initContainers.map((container) => ({ ...container, volumeMounts: [...container.volumeMounts ?? [], tmp] })),
    ...exporterContainer(props),
  ];
  const user = props.runAsUser ?? NONROOT;
  const { platform } = props;
  const { mesh } = platform;
  return {
    workload: {
      containers: containers.map(withoutEphemeralStorage),
      initContainers: initContainers.map(withoutEphemeralStorage),
      serviceAccount: parts.serviceAccount,
      podMetadata: {
        labels: { ...props.labels, ...mesh.podLabels, ...auditLabels(parts.audit), ...parts.podLabels },
        annotations: {
          ...mesh.podAnnotations,
          ...scrapeAnnotations(platform, props.server.port, metricsPorts(props)),
          ...source.podAnnotations,
          ...auditAnnotations(parts.audit),
        },
      },
      terminationGracePeriod: terminationGrace(props),
    },
    podFields: {
      securityContext: restrictedPod(user),
      // services of the namespace would otherwise become variables of the server, and MODEL_PORT=tcp://… has broken more than one
      enableServiceLinks: false,
      priorityClassName: props.priorityClassName,
      topologySpreadConstraints: ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
        maxSkew: 1, topologyKey, whenUnsatisfiable: props.spread ?? Spread.PREFERRED,
      })),
      ...gpuPodFields(props),
      ...source.podFields,
    },
    containerFields: containerFields(parts, [...containers, ...initContainers]),
  };
}

function serverContainer(scope: Construct, parts: PodParts, tmp: kplus.VolumeMount): kplus.ContainerProps {
  const { props, release, source } = parts;
  const { server, predictionExporter: exporter } = props;
  const own = {
    MODEL_NAME: release.model,
    MODEL_VERSION: release.version,
    MODEL_SHA256: release.artifactSha256,
    ...source.environment,
    ...exporter ? { PREDICTION_EXPORTER_URL: `http://127.0.0.1:${exporter.port}` } : {},
  };
  return {
    name: serverNameOf(parts),
    image: props.image.uri,
    command: props.command,
    args: props.args,
    ports: [
      { name: 'http', number: server.port },
      ...server.metrics.port === server.port ? [] : [{ name: 'metrics', number: server.metrics.port }],
    ],
    envVariables: { ...plainVariables({ ...props.env, ...own }), ...secretVariables(scope, props.secrets ?? {}) },
    resources: props.resources,
    volumeMounts: [tmp, ...sharedMemory(scope, props), ...source.mounts],
    ...probesFor(server, release.model, props.warmup),
  };
}

function serverNameOf({ serverName }: PodParts): string {
  return serverName ?? 'server';
}

function sharedMemory(scope: Construct, props: ServedModelOptions): kplus.VolumeMount[] {
  if (!props.sharedMemory) {return [];}
  const volume = kplus.Volume.fromEmptyDir(scope, 'SharedMemory', 'shared-memory', {
    medium: kplus.EmptyDirMedium.MEMORY, sizeLimit: props.sharedMemory,
  });
  return [{ path: '/dev/shm', volume }];
}

/** Before the server and after it: it hears of every prediction, those of the last requests included. */
function exporterContainer(props: ServedModelOptions): kplus.ContainerProps[] {
  const exporter = props.predictionExporter;
  if (!exporter) {return [];}
  return [{
    name: 'prediction-exporter',
    image: exporter.image.uri,
    ports: [{ name: 'predictions', number: exporter.port }],
    resources: exporter.resources,
    restartPolicy: kplus.ContainerRestartPolicy.ALWAYS,
  }];
}

/** What cdk8s-plus cannot say about a container: all of restricted pod security without a user of its own, a sleep before the stop, devices. */
function containerFields(parts: PodParts, containers: kplus.ContainerProps[]): { [containerName: string]: any } {
  const fields: { [containerName: string]: any } = {};
  for (const container of containers) {
    fields[container.name!] = { securityContext: restrictedContainer(), imagePullPolicy: pullPolicyOf(container.image) };
    if (container.resources?.ephemeralStorage) {
      fields[container.name!].resources = rendered(container.resources, {});
    }
  }
  const { props: { gpu, resources } } = parts;
  const server = fields[serverNameOf(parts)];
  server.lifecycle = { preStop: { sleep: { seconds: ENDPOINT_REMOVAL.toSeconds() } } };
  if (gpu) {
    server.resources = rendered(resources, { [gpu.resourceName]: gpu.count });
  }
  return fields;
}

/** A digest never changes, so a node that has the image need not ask the registry, which may be down just then. */
export function pullPolicyOf(image: string): string {
  return image.includes('@sha256:') ? 'IfNotPresent' : 'Always';
}

/** cdk8s-plus writes it in whole gibibytes only, and stops at others. */
export function withoutEphemeralStorage(container: kplus.ContainerProps): kplus.ContainerProps {
  const { ephemeralStorage: _, ...resources } = container.resources ?? {};
  return container.resources ? { ...container, resources } : container;
}

export function rendered({ cpu, memory, ephemeralStorage }: kplus.ContainerResources, devices: { [resourceName: string]: number }): any {
  const quantities = (limit: boolean) => ({
    'cpu': (limit ? cpu?.limit : cpu?.request)?.amount,
    'memory': mebi(limit ? memory?.limit : memory?.request),
    'ephemeral-storage': mebi(limit ? ephemeralStorage?.limit : ephemeralStorage?.request),
  });
  return { limits: { ...quantities(true), ...devices }, requests: { ...quantities(false), ...devices } };
}

function mebi(size: Size | undefined): string | undefined {
  return size && `${size.toMebibytes()}Mi`;
}

export function gpuPodFields(props: Pick<ServedModelOptions, 'gpu'>): { [field: string]: any } {
  if (!props.gpu) {return {};}
  return {
    tolerations: [{ key: props.gpu.resourceName, operator: 'Exists', effect: 'NoSchedule' }],
    nodeSelector: Object.keys(props.gpu.nodeLabels).length > 0 ? props.gpu.nodeLabels : undefined,
  };
}
