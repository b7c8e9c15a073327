import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { ITrafficRouter, RoutingBinding, RoutingTarget, TrafficRouterCapabilities } from './traffic-router';
import { declareControllerFields } from '../private/controller-fields';
import { InputError } from '../private/input-error';
import { VirtualService } from '../private/l1/networking-istio-io';

/** Options of `TrafficRouter.istio()`. */
export interface IstioRouterOptions {
  /**
   * Gateways that let requests in from outside, as `namespace/name`, beside the callers in the mesh.
   *
   * @default - callers in the mesh only
   */
  readonly gateways?: string[];
  /**
   * Hosts that callers outside use.
   *
   * @default - none
   */
  readonly hosts?: string[];
}

/** Who shares requests out between versions: the menu. */
export class TrafficRouter {
  /**
   * Istio: a VirtualService whose weights the rollout moves.
   *
   * @param options gateways and hosts for callers outside
   * @throws if there are gateways without hosts, or hosts without gateways
   * @see https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/istio/
   */
  public static istio(options: IstioRouterOptions = {}): ITrafficRouter {
    const { gateways = [], hosts = [] } = options;
    if ((gateways.length === 0) !== (hosts.length === 0)) {
      throw new InputError('serving/gateways-and-hosts',
        `'gateways' and 'hosts' belong together, got gateways [${gateways.join(', ')}] and hosts [${hosts.join(', ')}]; a gateway needs the host that callers use`);
    }
    return new IstioRouter(gateways, hosts);
  }

  /**
   * No router: each version gets requests as it has pods. Weights that the number of pods cannot show are refused.
   *
   * @see https://argo-rollouts.readthedocs.io/en/stable/features/canary/
   */
  public static replicas(): ITrafficRouter {
    return new ReplicaRouter();
  }
}

/** Name of the route that a rollout moves. */
const ROUTE = 'primary';

class IstioRouter implements ITrafficRouter {
  public readonly routerName = 'Istio';
  public readonly capabilities: TrafficRouterCapabilities = { weights: true, headers: true, mirrors: true };

  public constructor(private readonly gateways: string[], private readonly hosts: string[]) {}

  public bind(scope: Construct, target: RoutingTarget): RoutingBinding {
    const { stableService, canaryService, port } = target;
    const destination = (host: string) => ({ host, port: { number: port } });
    const virtualService: ApiObject = new VirtualService(scope, 'VirtualService', {
      spec: {
        hosts: [stableService, ...this.hosts],
        gateways: this.gateways.length > 0 ? ['mesh', ...this.gateways] : undefined,
        http: [{
          name: ROUTE,
          route: [{ destination: destination(stableService), weight: 100 }, { destination: destination(canaryService), weight: 0 }],
        }],
      },
    });
    declareControllerFields({
      object: virtualService, jsonPointers: [], jqPathExpressions: ['.spec.http[].route[].weight'], why: 'the rollout moves the weights',
    });
    return { trafficRouting: { istio: { virtualService: { name: virtualService.name, routes: [ROUTE] } } } };
  }
}

class ReplicaRouter implements ITrafficRouter {
  public readonly routerName = 'the number of pods';
  public readonly capabilities: TrafficRouterCapabilities = { weights: false, headers: false, mirrors: false };

  public bind(): RoutingBinding {
    return { trafficRouting: {} };
  }
}
