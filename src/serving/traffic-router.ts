import { Construct } from 'constructs';

/** What a router can do with requests. */
export interface TrafficRouterCapabilities {
  /** Give a version a share of the requests, in whole percent, however many pods it has. */
  readonly weights: boolean;
  /** Send requests with a certain header to a version. */
  readonly headers: boolean;
  /** Send a copy of requests to a version, and drop what it answers. */
  readonly mirrors: boolean;
}

/** What requests are routed to. */
export interface RoutingTarget {
  /** Service of the version that serves. The name that clients call. */
  readonly stableService: string;
  /** Service of the new version. */
  readonly canaryService: string;
  /** Port of both. */
  readonly port: number;
}

/** What a rollout needs to steer a router. */
export interface RoutingBinding {
  /** Raw `trafficRouting` of an Argo Rollout. Empty where the numbers of pods are all that shares requests out. */
  readonly trafficRouting: { [field: string]: any };
}

/** Shares requests out between versions. */
export interface ITrafficRouter {
  /** How messages call it, such as `Istio`. */
  readonly routerName: string;
  /** What it can do. */
  readonly capabilities: TrafficRouterCapabilities;

  /**
   * Declare or join routes.
   *
   * @param scope where objects are declared
   * @param target what requests are routed to
   */
  bind(scope: Construct, target: RoutingTarget): RoutingBinding;
}
