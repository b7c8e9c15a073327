/** What a pod of Knative may only have while a flag of `config-features` is enabled. */
export interface FlaggedField {
  /** The flag. */
  readonly feature: string;
  /** Place in the pod, such as `tolerations`. */
  readonly field: string;
}

/** Fields of a PodSpec that need a flag, as Knative's masks have them. */
const FIELDS: { [field: string]: string } = {
  affinity: 'kubernetes.podspec-affinity',
  dnsConfig: 'kubernetes.podspec-dnsconfig',
  dnsPolicy: 'kubernetes.podspec-dnspolicy',
  hostAliases: 'kubernetes.podspec-hostaliases',
  hostIPC: 'kubernetes.podspec-hostipc',
  hostNetwork: 'kubernetes.podspec-hostnetwork',
  hostPID: 'kubernetes.podspec-hostpid',
  initContainers: 'kubernetes.podspec-init-containers',
  nodeSelector: 'kubernetes.podspec-nodeselector',
  priorityClassName: 'kubernetes.podspec-priorityclassname',
  runtimeClassName: 'kubernetes.podspec-runtimeclassname',
  schedulerName: 'kubernetes.podspec-schedulername',
  securityContext: 'kubernetes.podspec-securitycontext',
  shareProcessNamespace: 'kubernetes.podspec-shareprocessnamespace',
  tolerations: 'kubernetes.podspec-tolerations',
  topologySpreadConstraints: 'kubernetes.podspec-topologyspreadconstraints',
};

/** Kinds of volumes that need a flag. */
const VOLUMES: { [kind: string]: string } = {
  csi: 'kubernetes.podspec-volumes-csi',
  hostPath: 'kubernetes.podspec-volumes-hostpath',
  image: 'kubernetes.podspec-volumes-image',
  persistentVolumeClaim: 'kubernetes.podspec-persistent-volume-claim',
};

/**
 * Every field of a pod that Knative takes only with a flag, in the order of the pod.
 *
 * @see https://github.com/knative/serving/blob/knative-v1.21.1/pkg/apis/serving/fieldmask.go
 */
export function flaggedFields(spec: any): FlaggedField[] {
  const containers = [...named('initContainers', spec.initContainers), ...named('containers', spec.containers)];
  return [
    ...Object.keys(FIELDS).filter((field) => isSet(spec[field])).map((field) => ({ field, feature: FIELDS[field] })),
    ...(spec.volumes ?? []).flatMap(volumeFields),
    ...containers.flatMap(({ container, place }) => containerFields(container, place)),
    ...sidecarProbes(spec.containers ?? []),
  ];
}

function volumeFields(volume: any, i: number): FlaggedField[] {
  const place = `volumes[${i}]`;
  const kinds = Object.keys(VOLUMES).filter((kind) => isSet(volume[kind])).map((kind) => ({ field: `${place}.${kind}`, feature: VOLUMES[kind] }));
  const claim = volume.persistentVolumeClaim;
  return claim && claim.readOnly !== true
    ? [...kinds, { field: `${place}.persistentVolumeClaim.readOnly`, feature: 'kubernetes.podspec-persistent-volume-write' }]
    : kinds;
}

function containerFields(container: any, place: string): FlaggedField[] {
  const mounts = (container.volumeMounts ?? []).flatMap((mount: any, i: number) =>
    (isSet(mount.mountPropagation) ? [{ field: `${place}.volumeMounts[${i}].mountPropagation`, feature: 'kubernetes.podspec-volumes-mount-propagation' }] : []));
  const references = (container.env ?? []).flatMap((variable: any, i: number) => ['fieldRef', 'resourceFieldRef']
    .filter((kind) => isSet(variable.valueFrom?.[kind]))
    .map((kind) => ({ field: `${place}.env[${i}].valueFrom.${kind}`, feature: 'kubernetes.podspec-fieldref' })));
  const added = container.securityContext?.capabilities?.add;
  return [
    ...references,
    ...mounts,
    ...isSet(added) ? [{ field: `${place}.securityContext.capabilities.add`, feature: 'kubernetes.containerspec-addcapabilities' }] : [],
  ];
}

/** With several containers, only the one with a port may be probed unless a flag says otherwise. */
function sidecarProbes(containers: any[]): FlaggedField[] {
  if (containers.length < 2) {return [];}
  return containers.flatMap((container, i) => ['livenessProbe', 'readinessProbe']
    .filter((probe) => (container.ports ?? []).length === 0 && isSet(container[probe]))
    .map((probe) => ({ field: `containers[${i}].${probe}`, feature: 'multi-container-probing' })));
}

function named(list: string, containers: any[] | undefined): { container: any; place: string }[] {
  return (containers ?? []).map((container, i) => ({ container, place: `${list}[${i}]` }));
}

/** As Go reads JSON: an empty text, false and null are as good as nothing; an empty list is not. */
function isSet(value: any): boolean {
  return value !== undefined && value !== null && value !== '' && value !== false;
}
