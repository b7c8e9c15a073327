import { ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { ITrafficRoute, RequestMirror, TrafficRouterCapabilities } from './traffic-router';
import { declareControllerFields } from '../private/controller-fields';
import { VirtualService } from '../private/l1/networking-istio-io';
import { isBelow } from '../private/routes';

/** One VirtualService: who comes in, and where. */
export interface IstioEntry {
  readonly id: string;
  readonly hosts: string[];
  /** Gateways that let requests in; without any, callers in the mesh. */
  readonly gateways?: string[];
  /** Beginnings of the paths that come in; without any, all. */
  readonly paths: string[];
  /** Where it stands, if not in the namespace of its chart. */
  readonly namespace?: string;
}

/** Name of the route that a rollout moves. */
const ROUTE = 'primary';

/** Routes of Istio to the versions of one model, with a route of its own for each mirror that wants some paths only. */
export class IstioRoute implements ITrafficRoute {
  public readonly routerName = 'Istio';
  private readonly mirrors: RequestMirror[] = [];
  private readonly services: { readonly entry: IstioEntry; readonly object: ApiObject }[];

  /**
   * @param destinations of the version that serves and of the new one, or of one workload whose versions nobody tells apart
   */
  public constructor(
    scope: Construct, public readonly capabilities: TrafficRouterCapabilities, entries: IstioEntry[], private readonly destinations: any[],
  ) {
    this.services = entries.map((entry) => ({ entry, object: this.declare(scope, entry) }));
  }

  public addMirror(mirror: RequestMirror): void {
    this.mirrors.push(mirror);
  }

  /** What the rollout has to know: every route that leads to the versions, mirrored ones included, or their requests would not be shared out. */
  public get trafficRouting(): any {
    const each = this.services.map(({ entry, object }) => ({
      name: object.name, routes: Lazy.any({ produce: () => this.routesOf(entry).map(({ name }) => name) }),
    }));
    return each.length === 1 ? { virtualService: each[0] } : { virtualServices: each };
  }

  private declare(scope: Construct, entry: IstioEntry): ApiObject {
    const object = new VirtualService(scope, entry.id, {
      metadata: entry.namespace === undefined ? undefined : { namespace: entry.namespace },
      spec: { hosts: entry.hosts, gateways: entry.gateways, http: Lazy.any({ produce: () => this.routesOf(entry) }) },
    });
    if (this.destinations.length > 1) {
      declareControllerFields({
        object, jsonPointers: [], jqPathExpressions: ['.spec.http[].route[].weight'], why: 'the rollout moves the weights',
      });
    }
    return object;
  }

  private routesOf({ paths }: IstioEntry): any[] {
    const route = this.destinations.length === 1
      ? [{ destination: this.destinations[0] }]
      : this.destinations.map((destination, i) => ({ destination, weight: i === 0 ? 100 : 0 }));
    const everything = this.mirrors.filter((mirror) => mirror.paths.length === 0);
    const some = this.mirrors
      .filter((mirror) => mirror.paths.length > 0)
      .map((mirror) => ({ ...mirror, paths: withinAny(mirror.paths, paths) }))
      .filter((mirror) => mirror.paths.length > 0);
    return [
      ...some.map((mirror, i) => ({
        name: `mirrored-${i + 1}`, match: matching(mirror.paths), route, mirrors: [mirror, ...everything].map(toMirror),
      })),
      { name: ROUTE, match: matching(paths), route, mirrors: everything.length > 0 ? everything.map(toMirror) : undefined },
    ];
  }
}

/** The paths that come in at all: a mirror opens nothing that was closed. */
function withinAny(paths: string[], open: string[]): string[] {
  return open.length === 0 ? paths : [
    ...paths.filter((path) => open.some((beginning) => isBelow(path, beginning))),
    ...open.filter((beginning) => paths.some((path) => path !== beginning && isBelow(beginning, path))),
  ];
}

/** Istio compares characters, so the path itself and what is below it are two matches. */
function matching(paths: string[]): any[] | undefined {
  return paths.length === 0 ? undefined : paths.flatMap(pathMatches);
}

/** Matches of a path and of everything below it. */
export function pathMatches(path: string): any[] {
  return path === '/' ? [{ uri: { prefix: '/' } }] : [{ uri: { exact: path.replace(/\/$/, '') } }, { uri: { prefix: `${path.replace(/\/$/, '')}/` } }];
}

function toMirror({ serviceName, port, percent }: RequestMirror): any {
  return { destination: { host: serviceName, port: { number: port } }, percentage: { value: percent } };
}
