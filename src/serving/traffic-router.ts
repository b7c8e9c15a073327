import { Construct } from 'constructs';
import { IRequestSplitter } from './request-split';
import { MeshMode } from '../core/mesh-mode';

/** What a router can do with requests. */
export interface TrafficRouterCapabilities {
  /** Give a version a share of the requests, in whole percent, however many pods it has. */
  readonly weights: boolean;
  /** Send requests with a certain header to a version. */
  readonly headers: boolean;
  /** Send a copy of requests to somebody else, and drop what it answers. */
  readonly mirrors: boolean;
  /** Whether it tells versions apart by a Service for each. Otherwise one Service holds the pods of all. */
  readonly serviceForEach: boolean;
}

/** What requests are routed to. */
export interface RoutingTarget {
  /** Service of the version that serves. The name that clients call. */
  readonly stableService: string;
  /** Service of the new version. */
  readonly canaryService: string;
  /** Port of both. */
  readonly port: number;
  /** Labels that select the pods of both. */
  readonly podLabels: { [key: string]: string };
  /** Mesh that callers and pods are in. */
  readonly mesh: MeshMode;
}

/** Copies of requests. Whoever gets them answers nobody. */
export interface RequestMirror {
  /** Service that gets the copies, in the namespace of the route. */
  readonly serviceName: string;
  /** Port of that Service. */
  readonly port: number;
  /** Share of the requests that is copied, in whole percent. */
  readonly percent: number;
  /** Beginnings of the paths whose requests are copied. Empty for every request. */
  readonly paths: string[];
}

/** The routes of one model, as long as they can be added to. */
export interface ITrafficRoute {
  /** How messages call the router. */
  readonly routerName: string;
  /** What it can do. */
  readonly capabilities: TrafficRouterCapabilities;

  /**
   * Send copies of requests to somebody.
   *
   * @param mirror whom, and how many
   */
  addMirror(mirror: RequestMirror): void;
}

/** What a rollout needs to steer a router. */
export interface RoutingBinding {
  /** Raw `trafficRouting` of an Argo Rollout, which may hold lazy values. Empty where the numbers of pods are all that shares requests out. */
  readonly trafficRouting: { [field: string]: any };
  /** Labels that the Services need for the router to see them. */
  readonly serviceLabels: { [key: string]: string };
  /**
   * The routes, to add to.
   *
   * @default - there are none, or they are somebody else's
   */
  readonly route?: ITrafficRoute;
}

/** Shares requests out between versions. */
export interface ITrafficRouter {
  /** How messages call it, such as `Istio`. */
  readonly routerName: string;
  /** What it can do. */
  readonly capabilities: TrafficRouterCapabilities;
  /**
   * How it splits requests between workloads that are no versions of a rollout.
   *
   * @default - it cannot
   */
  readonly splitter?: IRequestSplitter;

  /**
   * Declare or join routes.
   *
   * @param scope where objects are declared
   * @param target what is routed to
   */
  bind(scope: Construct, target: RoutingTarget): RoutingBinding;
}
