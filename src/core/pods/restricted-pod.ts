import { Size } from 'cdk8s';
import { ContainerResources } from 'cdk8s-plus-28';
import { NONROOT, restrictedContainer as restrictedSecurity, restrictedPod } from '../../private/restricted-pod';
import { wholeResources } from '../../private/whole-units';
import { ImageRef } from '../image-ref';

/** A container in Kubernetes' own words, but for what restricted pod security asks of it. */
export interface ContainerParts {
  readonly name: string;
  readonly image: ImageRef;
  readonly resources: ContainerResources;
  readonly env: any[];
  readonly mounts?: any[];
  /** Further fields, such as `command`, `args`, `ports` and probes. */
  readonly fields?: { [field: string]: any };
}

/** Pods of our own programs: servers that are no model, and tasks. */
export interface PodParts {
  readonly containers: ContainerParts[];
  readonly initContainers?: ContainerParts[];
  readonly volumes?: any[];
  readonly serviceAccountName?: string;
  readonly user?: number;
  /** Most that `/tmp` holds. */
  readonly scratch?: Size;
  /** Further fields, such as `restartPolicy`. */
  readonly fields?: { [field: string]: any };
}

/** A PodSpec that the restricted standard accepts: no root, no rights, no writable image, no token, `/tmp` to write to. */
export function restrictedPodSpec(parts: PodParts): any {
  const user = parts.user ?? NONROOT;
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    serviceAccountName: parts.serviceAccountName,
    securityContext: restrictedPod(user),
    initContainers: parts.initContainers && parts.initContainers.length > 0 ? parts.initContainers.map(restrictedContainer) : undefined,
    containers: parts.containers.map(restrictedContainer),
    volumes: [{ name: 'scratch', emptyDir: { sizeLimit: mebi(parts.scratch ?? Size.gibibytes(1)) } }, ...parts.volumes ?? []],
    ...parts.fields,
  };
}

/** A container that the restricted standard accepts. */
export function restrictedContainer(parts: ContainerParts): any {
  return {
    name: parts.name,
    image: parts.image.uri,
    imagePullPolicy: parts.image.isPinned ? 'IfNotPresent' : 'Always',
    env: parts.env.length > 0 ? parts.env : undefined,
    resources: resourcesOf(parts.resources),
    securityContext: restrictedSecurity(),
    volumeMounts: [{ name: 'scratch', mountPath: '/tmp' }, ...parts.mounts ?? []],
    ...parts.fields,
  };
}

/** Resources in Kubernetes' own words. */
export function resourcesOf(resources: ContainerResources): any {
  const { cpu, memory, ephemeralStorage } = wholeResources(resources);
  const quantities = (limit: boolean) => defined({
    'cpu': (limit ? cpu?.limit : cpu?.request)?.amount,
    'memory': mebi(limit ? memory?.limit : memory?.request),
    'ephemeral-storage': mebi(limit ? ephemeralStorage?.limit : ephemeralStorage?.request),
  });
  return defined({ limits: quantities(true), requests: quantities(false) });
}

function mebi(size: Size | undefined): string | undefined {
  return size && `${size.toMebibytes()}Mi`;
}

function defined(map: { [key: string]: any }): any {
  const entries = Object.entries(map).filter(([, value]) => value !== undefined);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}
