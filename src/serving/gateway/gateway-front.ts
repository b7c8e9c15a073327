import { Construct } from 'constructs';
import { NetworkPeer } from '../../core/network-peer';
import { IModelServing } from '../serving';
import { ITrafficRoute, ITrafficRouter, TrafficRouterCapabilities } from '../traffic-router';

/** What a gateway stands on. */
export interface FrontProps {
  readonly hosts: string[];
  /** Namespace of the gateway; undefined where manifests decide it when they are applied. */
  readonly namespace: string | undefined;
  /** Name that its objects get. */
  readonly gatewayName: string | undefined;
  /** Namespaces that routes come from. */
  readonly routeNamespaces: () => string[];
}

/** Which requests of a gateway lead to a model. */
export interface FrontRoute {
  readonly hosts: string[];
  readonly paths: string[];
  readonly waypoint?: string;
}

/** A gateway in the words of one API. */
export interface GatewayFront {
  /** Who its pods are, for network policies. */
  readonly peer: NetworkPeer;
  /** Namespace of its pods; undefined where it is not known. */
  readonly podNamespace: string | undefined;
  readonly serviceAccountName: string;
  /** Whether the API says which of two routes wins whose paths begin alike. */
  readonly prefersLongerPaths: boolean;
  /** Something that a rollout steers. */
  router(route: FrontRoute): ITrafficRouter;
  /** A route to one workload. */
  route(scope: Construct, serving: IModelServing, route: FrontRoute): ITrafficRoute;
}

/** Nobody steers these routes, but they can be added to. */
export const PLAIN: TrafficRouterCapabilities = { weights: false, headers: true, mirrors: true, serviceForEach: false };
