/** How Istio tells the versions of a rollout apart. */
export enum IstioVersions {
  /** By a Service for each. Requests to the Service that clients call reach the version that serves, whoever sends them. */
  SERVICES = 'services',
  /** By subsets of one Service, in a DestinationRule. Callers outside the mesh reach all versions. */
  SUBSETS = 'subsets',
}

/** A Gateway of the Gateway API that exists. */
export interface ParentGateway {
  /** Name of the Gateway. */
  readonly gatewayName: string;
  /**
   * Namespace of the Gateway. Its listeners must allow routes from the namespace of the model.
   *
   * @default - that of the route
   */
  readonly namespace?: string;
  /**
   * Name of the listener.
   *
   * @default - every listener, one without TLS included
   */
  readonly listener?: string;
}

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
  /**
   * How versions are told apart.
   *
   * @default IstioVersions.SERVICES
   */
  readonly versions?: IstioVersions;
  /**
   * Name of the waypoint that routes between pods in ambient mode, where no sidecar does.
   *
   * @default - none, as sidecars and gateways need no waypoint
   * @see https://istio.io/latest/docs/ambient/usage/waypoint/
   */
  readonly waypoint?: string;
}

/** Options of `TrafficRouter.gatewayApi()`. */
export interface GatewayApiRouterOptions {
  /**
   * Gateways that let requests in.
   *
   * @default - none
   */
  readonly gateways?: ParentGateway[];
  /**
   * Hosts that callers outside use.
   *
   * @default - every host of the gateway
   */
  readonly hosts?: string[];
  /**
   * Beginnings of the paths that lead to the model.
   *
   * @default - all
   */
  readonly paths?: string[];
  /**
   * Whether callers in the mesh are routed, too. Otherwise who calls the Service by its name reaches the version that serves.
   *
   * @default false
   * @see https://gateway-api.sigs.k8s.io/mesh/
   */
  readonly callersInMesh?: boolean;
  /**
   * Name of the waypoint that routes between pods in ambient mode, for callers in the mesh.
   *
   * @default - that of the namespace
   */
  readonly waypoint?: string;
}

/** Options of `TrafficRouter.joinVirtualService()`. */
export interface JoinVirtualServiceOptions {
  /** Name of the VirtualService. */
  readonly virtualServiceName: string;
  /**
   * Names of its http routes that lead to the versions: each must have the two Services of the rollout as its only destinations.
   *
   * @default - it has one route
   */
  readonly routes?: string[];
  /**
   * Namespace of the VirtualService.
   *
   * @default - that of the rollout
   */
  readonly namespace?: string;
}

/** Options of `TrafficRouter.joinHttpRoute()`. */
export interface JoinHttpRouteOptions {
  /** Name of the HTTPRoute. At least one of its rules must have the two Services of the rollout among its backends. */
  readonly routeName: string;
  /**
   * Namespace of the HTTPRoute.
   *
   * @default - that of the rollout
   */
  readonly namespace?: string;
}
