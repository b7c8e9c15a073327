import { InputProblems } from '../../private/input-error';
import { checkLabels } from '../../private/kubernetes-names';
import { checkNamespaceName, checkObjectName } from '../../private/routes';

/** Options of `Ingress.istio()`. */
export interface IstioIngressOptions {
  /**
   * Namespace of the pods of the ingress gateway. Secrets of certificates have to be there.
   *
   * @default istio-ingress
   */
  readonly namespace?: string;
  /**
   * Labels of those pods.
   *
   * @default - `istio: ingress`, as Istio's Helm chart for a release called `istio-ingress` has them
   */
  readonly podLabels?: { [key: string]: string };
  /**
   * ServiceAccount of those pods: their identity in the mesh.
   *
   * @default istio-ingress
   */
  readonly serviceAccountName?: string;
}

/** Options of `Ingress.gatewayApi()`. */
export interface GatewayApiIngressOptions {
  /** Class of the Gateway, such as `istio`. */
  readonly gatewayClassName: string;
  /**
   * Namespace of the pods that serve it.
   *
   * @default - that of the Gateway, where Istio makes them
   */
  readonly namespace?: string;
  /**
   * Labels of those pods.
   *
   * @default - `gateway.networking.k8s.io/gateway-name` and the name of the Gateway, as implementations label what they deploy
   */
  readonly podLabels?: { [key: string]: string };
  /**
   * ServiceAccount of those pods: their identity in a mesh.
   *
   * @default - name of the Gateway and of its class with a dash between, as Istio calls it
   */
  readonly serviceAccountName?: string;
}

/** Who serves a gateway: the menu. */
export class Ingress {
  /**
   * Pods of an Istio ingress gateway that exist, told what to do by Istio's own Gateway.
   *
   * @param options where they are
   * @throws if Kubernetes would refuse a name or a label
   * @see https://istio.io/latest/docs/setup/additional-setup/gateway/
   */
  public static istio(options: IstioIngressOptions = {}): Ingress {
    const { namespace = 'istio-ingress', podLabels = { istio: 'ingress' }, serviceAccountName = 'istio-ingress' } = options;
    check(namespace, podLabels, { serviceAccountName });
    return new Ingress('istio', undefined, namespace, podLabels, serviceAccountName);
  }

  /**
   * A Gateway of the Gateway API, for which its implementation makes the pods or has them already.
   *
   * @param options class, pods
   * @throws if Kubernetes would refuse a name or a label
   * @see https://gateway-api.sigs.k8s.io/implementations/
   */
  public static gatewayApi(options: GatewayApiIngressOptions): Ingress {
    const { gatewayClassName, namespace, podLabels, serviceAccountName } = options;
    check(namespace, podLabels ?? { default: '' }, { serviceAccountName, gatewayClassName });
    return new Ingress('gateway-api', gatewayClassName, namespace, podLabels, serviceAccountName);
  }

  private constructor(
    /** `istio` or `gateway-api`. */
    public readonly api: string,
    /** Class of the Gateway. */
    public readonly gatewayClassName: string | undefined,
    /** Namespace of the pods, where it is not that of the Gateway. */
    public readonly namespace: string | undefined,
    /** Labels of the pods, where they do not follow from the name of the Gateway. */
    public readonly podLabels: { [key: string]: string } | undefined,
    /** ServiceAccount of the pods, where it does not follow from the name of the Gateway. */
    public readonly serviceAccountName: string | undefined,
  ) {}
}

function check(namespace: string | undefined, podLabels: { [key: string]: string }, names: { [property: string]: string | undefined }): void {
  const problems = new InputProblems();
  checkNamespaceName('namespace', namespace, problems);
  checkLabels('podLabels', podLabels, problems);
  if (Object.keys(podLabels).length === 0) {
    problems.add('gateway/no-pod-labels', "'podLabels' must tell the pods of the gateway from others, got none; every pod of the namespace would serve it");
  }
  Object.entries(names).forEach(([property, name]) => name !== undefined && checkObjectName(property, name, problems));
  problems.throwAll();
}
