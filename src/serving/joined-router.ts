import { ITrafficRouter, RoutingBinding, TrafficRouterCapabilities } from './traffic-router';

/** Routes that somebody else declares: the rollout moves their weights, and nothing can be added to them from here. */
export class JoinedRouter implements ITrafficRouter {
  public readonly capabilities: TrafficRouterCapabilities = { weights: true, headers: true, mirrors: false, serviceForEach: true };

  public constructor(public readonly routerName: string, private readonly trafficRouting: { [field: string]: any }) {}

  public bind(): RoutingBinding {
    return { trafficRouting: this.trafficRouting, serviceLabels: {} };
  }
}

/** No routes at all: each version gets requests as it has pods. */
export class ReplicaRouter implements ITrafficRouter {
  public readonly routerName = 'the number of pods';
  public readonly capabilities: TrafficRouterCapabilities = { weights: false, headers: false, mirrors: false, serviceForEach: false };

  public bind(): RoutingBinding {
    return { trafficRouting: {}, serviceLabels: {} };
  }
}
