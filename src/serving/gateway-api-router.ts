import { Construct } from 'constructs';
import { backend, GatewayApiEntry, GatewayApiRoute } from './gateway-api-route';
import { GatewayApiSplitter } from './gateway-api-splitter';
import { IRequestSplitter } from './request-split';
import { ITrafficRouter, RoutingBinding, RoutingTarget, TrafficRouterCapabilities } from './traffic-router';

/** The Service that a route stands for in a mesh. */
export interface RoutedService {
  readonly stableService: string;
  readonly port: number;
}

/** Name under which Argo Rollouts knows the plugin. */
export const PLUGIN = 'argoproj-labs/gatewayAPI';

/** An HTTPRoute whose weights a rollout moves, through the Gateway API plugin. */
export class GatewayApiRouter implements ITrafficRouter {
  public readonly routerName = 'Gateway API';
  public readonly capabilities: TrafficRouterCapabilities = { weights: true, headers: true, mirrors: true, serviceForEach: true };

  public readonly splitter: IRequestSplitter;

  public constructor(
    private readonly entry: (target: RoutedService) => GatewayApiEntry, private readonly serviceLabels: { [key: string]: string } = {},
  ) {
    this.splitter = new GatewayApiSplitter(entry);
  }

  public bind(scope: Construct, target: RoutingTarget): RoutingBinding {
    const { stableService, canaryService, port } = target;
    const backends = [stableService, canaryService].map((name) => backend(name, port));
    const route = new GatewayApiRoute(scope, this.capabilities, this.entry(target), backends);
    return { trafficRouting: { plugins: { [PLUGIN]: { httpRoute: route.name } } }, serviceLabels: this.serviceLabels, route };
  }
}
