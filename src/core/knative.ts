import { NetworkPeer } from './network-peer';
import { InputProblems } from '../private/input-error';
import { isDnsLabel } from '../private/kubernetes-names';

/**
 * Flags of Knative Serving that let pods have fields which it refuses otherwise, as they are called in its ConfigMap `config-features`.
 *
 * @see https://knative.dev/docs/serving/configuration/feature-flags/
 */
export enum KnativeFeature {
  /** Containers that run before the server, such as one that loads the model. */
  INIT_CONTAINERS = 'kubernetes.podspec-init-containers',
  /** Spread over zones and nodes that is required. */
  TOPOLOGY_SPREAD = 'kubernetes.podspec-topologyspreadconstraints',
  /** Choice of nodes by their labels. */
  NODE_SELECTOR = 'kubernetes.podspec-nodeselector',
  /** Nodes that keep other pods off, such as those with a GPU. */
  TOLERATIONS = 'kubernetes.podspec-tolerations',
  /** Choice of nodes and neighbours. */
  AFFINITY = 'kubernetes.podspec-affinity',
  /** Priority of the pods. */
  PRIORITY_CLASS = 'kubernetes.podspec-priorityclassname',
  /** Security that is set for the whole pod. */
  POD_SECURITY_CONTEXT = 'kubernetes.podspec-securitycontext',
  /** Variables that are read from fields of the pod. */
  FIELD_REF = 'kubernetes.podspec-fieldref',
  /** Claims of persistent volumes, to read them. */
  PERSISTENT_VOLUME_CLAIM = 'kubernetes.podspec-persistent-volume-claim',
  /** Claims of persistent volumes, to write to them. */
  PERSISTENT_VOLUME_WRITE = 'kubernetes.podspec-persistent-volume-write',
  /** Volumes that are images. */
  IMAGE_VOLUME = 'kubernetes.podspec-volumes-image',
  /** Capabilities that a container gets. */
  ADD_CAPABILITIES = 'kubernetes.containerspec-addcapabilities',
  /** Another runtime for containers. */
  RUNTIME_CLASS = 'kubernetes.podspec-runtimeclassname',
  /** Another scheduler. */
  SCHEDULER = 'kubernetes.podspec-schedulername',
  /** Probes of containers beside the one that answers. */
  SIDECAR_PROBES = 'multi-container-probing',
}

/** Options of `Knative.serving()`. */
export interface KnativeServingInstallation {
  /** Pods of the ingress that lets requests in, such as `NetworkPeer.namespace('kourier-system')`. */
  readonly ingress: NetworkPeer;
  /**
   * Flags that the cluster's `config-features` has enabled.
   *
   * @default - those that are enabled unless somebody disables them
   */
  readonly features?: KnativeFeature[];
  /**
   * Namespace of Knative Serving itself.
   *
   * @default knative-serving
   */
  readonly namespace?: string;
}

/** Knative Serving, as the cluster has it. */
export class Knative {
  /**
   * Knative Serving with its ingress.
   *
   * @param options ingress, flags, namespace
   * @throws if Kubernetes would refuse the namespace
   */
  public static serving(options: KnativeServingInstallation): Knative {
    const namespace = options.namespace ?? 'knative-serving';
    const problems = new InputProblems();
    if (!isDnsLabel(namespace)) {
      problems.add('knative/malformed-namespace', `'namespace' must be at most 63 lower-case letters, digits and '-', got '${namespace}'`);
    }
    problems.attempt(() => options.ingress._requireCaller());
    problems.throwAll();
    return new Knative(namespace, options.ingress, [...new Set(options.features ?? [])].sort());
  }

  private constructor(
    /** Namespace of Knative Serving itself. */
    public readonly namespace: string,
    /** Pods of the ingress that lets requests in. */
    public readonly ingress: NetworkPeer,
    /** Flags that are enabled. */
    public readonly features: KnativeFeature[],
  ) {}
}
