import { Construct } from 'constructs';
import { GatewayApiEntry, GatewayApiRoute } from './gateway-api-route';
import { ITrafficRouter, RoutingBinding, RoutingTarget, TrafficRouterCapabilities } from './traffic-router';

/** Name under which Argo Rollouts knows the plugin. */
export const PLUGIN = 'argoproj-labs/gatewayAPI';

/** An HTTPRoute whose weights a rollout moves, through the Gateway API plugin. */
export class GatewayApiRouter implements ITrafficRouter {
  public readonly routerName = 'Gateway API';
  public readonly capabilities: TrafficRouterCapabilities = { weights: true, headers: true, mirrors: true, serviceForEach: true };

  public constructor(
    private readonly entry: (target: RoutingTarget) => GatewayApiEntry, private readonly serviceLabels: { [key: string]: string } = {},
  ) {}

  public bind(scope: Construct, target: RoutingTarget): RoutingBinding {
    const route = new GatewayApiRoute(scope, this.capabilities, this.entry(target), target);
    return { trafficRouting: { plugins: { [PLUGIN]: { httpRoute: route.name } } }, serviceLabels: this.serviceLabels, route };
  }
}
