import { InputProblems } from '../private/input-error';
import { isDnsLabel, isLabelValue, LABEL_VALUE_FORM } from '../private/kubernetes-names';

/** Options of `MeshMode.istioSidecar()`. */
export interface IstioSidecarOptions {
  /**
   * Whether Istio's CNI plugin redirects the traffic. Without it every pod gets an init container with `NET_ADMIN`, which the restricted pod
   * security standard forbids.
   *
   * @see https://istio.io/latest/docs/setup/additional-setup/cni/
   */
  readonly cni: boolean;
  /**
   * Revision of the control plane that injects the sidecar.
   *
   * @default - the default revision
   */
  readonly revision?: string;
  /**
   * Namespace of the control plane.
   *
   * @default istio-system
   */
  readonly controlPlaneNamespace?: string;
}

/** What the pods of a mesh talk to, so that network policies can let it through. */
export interface MeshControlPlane {
  /** Namespace of the control plane. */
  readonly namespace: string;
  /** Labels of its pods. */
  readonly podLabels: { [key: string]: string };
  /** TCP ports of it that pods call. */
  readonly ports: number[];
}

/** Which service mesh the pods join. */
export class MeshMode {
  /** No mesh. */
  public static none(): MeshMode {
    return new MeshMode('none', true, {}, {}, undefined, [], [], []);
  }

  /**
   * Istio with a sidecar in every pod, as a native one (Istio 1.24 and Kubernetes 1.29 or newer): it starts before init containers, so they can
   * load a model, and ends with a Job.
   *
   * @param options CNI plugin, revision, namespace
   * @throws if the revision or the namespace is malformed
   * @see https://istio.io/latest/docs/reference/config/annotations/
   */
  public static istioSidecar(options: IstioSidecarOptions): MeshMode {
    const namespace = options.controlPlaneNamespace ?? 'istio-system';
    const problems = new InputProblems();
    if (options.revision !== undefined && (options.revision === '' || !isLabelValue(options.revision))) {
      problems.add('mesh/malformed-revision', `'revision' must be ${LABEL_VALUE_FORM}, got '${options.revision}'`);
    }
    if (!isDnsLabel(namespace)) {
      problems.add('mesh/malformed-namespace',
        `'controlPlaneNamespace' must be at most 63 lower-case letters, digits and '-', got '${namespace}'`);
    }
    problems.throwAll();
    const revision: { [key: string]: string } = options.revision === undefined ? {} : { 'istio.io/rev': options.revision };
    return new MeshMode(
      'istio-sidecar',
      options.cni,
      { 'sidecar.istio.io/inject': 'true', ...revision },
      { 'sidecar.istio.io/nativeSidecar': 'true' },
      { namespace, podLabels: { app: 'istiod' }, ports: [XDS_AND_CERTIFICATES] },
      [HBONE],
      [],
      METRICS_OF_SIDECAR,
    );
  }

  /**
   * Istio's ambient mode: nothing is injected, the node's proxy takes the traffic over.
   *
   * @see https://istio.io/latest/docs/ambient/usage/networkpolicy/
   */
  public static istioAmbient(): MeshMode {
    return new MeshMode('istio-ambient', true, { 'istio.io/dataplane-mode': 'ambient' }, {}, undefined, [HBONE], PROBES_OF_AMBIENT, []);
  }

  private constructor(
    /** `none`, `istio-sidecar` or `istio-ambient`. */
    public readonly mode: string,
    /** Whether pods can join it without elevated rights: a sidecar needs Istio's CNI plugin for that. */
    public readonly fitsRestrictedPods: boolean,
    /** Labels that make a pod join. */
    public readonly podLabels: { [key: string]: string },
    /** Annotations of a pod that joins. */
    public readonly podAnnotations: { [key: string]: string },
    /** What pods themselves call. None in ambient mode, where the node's proxy does. */
    public readonly controlPlane: MeshControlPlane | undefined,
    /** TCP ports that carry other ports: whoever may call a pod of the mesh, or is called by one, needs these besides. */
    public readonly tunnelPorts: number[],
    /** Addresses that the kubelet's probes come from, where the mesh replaces the node's own. */
    public readonly probeSources: string[],
    /** TCP ports of every pod on which the mesh itself exports metrics: the pod's merged with Envoy's, and Envoy's alone. */
    public readonly metricsPorts: number[],
  ) {}
}

/** @see https://istio.io/latest/docs/ops/deployment/application-requirements/#ports-used-by-istio */
const XDS_AND_CERTIFICATES = 15012;
const HBONE = 15008;
const METRICS_OF_SIDECAR = [15020, 15090];
const PROBES_OF_AMBIENT = ['169.254.7.127/32', 'fd16:9254:7127:1337:ffff:ffff:ffff:ffff/128'];
