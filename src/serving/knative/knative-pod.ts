import { Construct } from 'constructs';
import { KnativeFeature } from '../../core/knative';
import { InputProblems } from '../../private/input-error';
import { flaggedFields } from '../../private/knative-features';
import { NONROOT } from '../../private/restricted-pod';
import { ServedModelOptions, Spread } from '../model-serving-props';
import { ModelSourceConfig } from '../model-source';
import { buildPod, PodParts } from '../pod-builder';
import { ScrapeEndpoint } from '../serving';
import { ServingPod } from '../serving-pod';

/** What Knative takes of a pod without any flag; everything else needs one, or is refused whatever the flags are. */
const WITHOUT_FLAG = ['serviceAccountName', 'containers', 'volumes', 'imagePullSecrets', 'enableServiceLinks', 'automountServiceAccountToken'];

/** Ports that Knative's own proxy listens on, in every pod. */
const RESERVED_PORTS = [8008, 8012, 8013, 8022, 9090, 9091];

/** Ports of Knative's proxy that requests come in by: plain text, HTTP/2, encrypted. */
export const PROXY_PORTS = [8012, 8013, 8112];

/** Port of Knative's proxy that its autoscaler reads. */
export const AUTOSCALER_PORT = 9090;

/** How Knative calls the port of the server in the pods that it makes. */
const USER_PORT = 'user-port';

/** Longest time that Knative lets a request take, unless its configuration is changed. */
const LONGEST_REQUEST = 600;

/** Adds what Knative would refuse or ignore of a serving, whoever makes its Service. */
export function findKnativeProblems(problems: InputProblems, props: ServedModelOptions, source: ModelSourceConfig | undefined): void {
  const { server, predictionExporter, callers, platform } = props;
  if (!platform.knative) {
    problems.add('knative/not-installed', 'the platform profile has no Knative; say how it is installed with PlatformProfile.of({ knative: Knative.serving(…) })');
  }
  if (callers) {
    problems.add('knative/callers-behind-ingress',
      "'callers' cannot be told apart behind Knative's ingress, which all requests come through; leave them out, and say who may call at the ingress");
  }
  if (predictionExporter) {
    problems.add('knative/second-port',
      "'predictionExporter' needs a port of its own, and Knative lets a pod have one only; let the server export its predictions with its own metrics");
  }
  if (props.sidecars && props.sidecars.length > 0) {
    problems.add('knative/sidecars',
      "'sidecars' must be empty, as Knative has no containers that start before the server and end after it; let the server do it, or serve without Knative");
  }
  if (server.metrics.port !== server.port) {
    problems.add('knative/metrics-port',
      `'server' exports metrics on TCP ${server.metrics.port} and answers on TCP ${server.port}, but Knative lets a pod have one port only; export them on the port that answers`);
  }
  if (RESERVED_PORTS.includes(server.port)) {
    problems.add('knative/reserved-port', `'port' of the server must not be one that Knative's proxy uses (${RESERVED_PORTS.join(', ')}), got ${server.port}`);
  }
  const timeout = props.requestTimeout?.toSeconds() ?? 0;
  if (timeout > LONGEST_REQUEST) {
    problems.add('knative/long-request', `'requestTimeout' must be at most ${LONGEST_REQUEST}s, which is how long Knative waits for an answer, got ${timeout}s`);
  }
  const { features } = platform.knative ?? { features: Object.values(KnativeFeature) };
  for (const { feature, choice } of featuresOfChoices(props, source).filter(({ feature: needed }) => !features.includes(needed))) {
    problems.add('knative/feature-off',
      `${choice} needs the flag '${feature}' of Knative, which the platform profile does not have; ` +
      'enable it in config-features and name it in Knative.serving({ features }), or do without');
  }
}

/** The flags that the choices of a user need, before anything is rendered. */
function featuresOfChoices(props: ServedModelOptions, source: ModelSourceConfig | undefined): { feature: KnativeFeature; choice: string }[] {
  const { gpu, spread, priorityClassName } = props;
  return [
    ...gpu ? [{ feature: KnativeFeature.TOLERATIONS, choice: `'gpu' (${gpu.resourceName})` }] : [],
    ...gpu && Object.keys(gpu.nodeLabels).length > 0 ? [{ feature: KnativeFeature.NODE_SELECTOR, choice: "'nodeLabels' of the GPU" }] : [],
    ...spread === Spread.REQUIRED ? [{ feature: KnativeFeature.TOPOLOGY_SPREAD, choice: "'spread' that is required" }] : [],
    ...priorityClassName === undefined ? [] : [{ feature: KnativeFeature.PRIORITY_CLASS, choice: `'priorityClassName' (${priorityClassName})` }],
    ...source && source.initContainers.length > 0 ? [{ feature: KnativeFeature.INIT_CONTAINERS, choice: "a model that is loaded before the server starts ('source')" }] : [],
  ];
}

/**
 * The pods of a serving as Knative takes them: restricted by what stands on the containers, since security of the pod needs a flag; without the
 * sleep before the stop and the grace period, which Knative refuses and has a proxy of its own for.
 */
export function buildKnativePod(scope: Construct, parts: PodParts): ServingPod {
  const { props } = parts;
  const pod = buildPod(scope, parts);
  const user = props.runAsUser ?? NONROOT;
  const { securityContext: _, topologySpreadConstraints, ...podFields } = pod.podFields;
  const containerFields = Object.fromEntries(Object.entries(pod.containerFields).map(([name, { lifecycle: _sleep, ...fields }]) =>
    [name, { ...fields, securityContext: { ...fields.securityContext, runAsUser: user, runAsGroup: user } }]));
  return {
    workload: {
      ...pod.workload,
      containers: pod.workload.containers!.map((container) => ({
        ...container, ports: container.ports?.map(({ number }) => ({ name: 'http1', number })),
      })),
    },
    podFields: { ...podFields, ...props.spread === Spread.REQUIRED ? { topologySpreadConstraints } : {} },
    containerFields,
  };
}

/** What cdk8s-plus writes whether it is asked to or not is left out, unless it needs a flag that the pod was given on purpose. */
export function toKnativePodSpec(spec: any, chosen: { [field: string]: any }): any {
  return Object.fromEntries(Object.entries(spec)
    .filter(([field]) => WITHOUT_FLAG.includes(field) || chosen[field] !== undefined || field === 'initContainers'));
}

/** The flags that a pod needs, each once, in the order of the alphabet. */
export function requiredFeatures(spec: any): string[] {
  return [...new Set(flaggedFields(spec).map(({ feature }) => feature))].sort();
}

/** The port of the pods that Prometheus scrapes, as Knative calls it. */
export function knativeScrapeEndpoints({ server }: ServedModelOptions): ScrapeEndpoint[] {
  return [{ portName: USER_PORT, path: server.metrics.path }];
}
