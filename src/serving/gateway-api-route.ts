import { ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { ITrafficRoute, RequestMirror, TrafficRouterCapabilities } from './traffic-router';
import { declareControllerFields } from '../private/controller-fields';
import { HttpRoute } from '../private/l1/gateway-networking-k8s-io';
import { isBelow } from '../private/routes';

/** What an HTTPRoute leads in. */
export interface GatewayApiEntry {
  /** Raw references to gateways or, in a mesh, to the Service itself. */
  readonly parentRefs: any[];
  readonly hosts: string[];
  /** Beginnings of the paths that come in; without any, all. */
  readonly paths: string[];
  /** Where it stands, if not in the namespace of its chart. */
  readonly namespace?: string;
}

/** The plugin writes it while a canary runs. */
const IN_PROGRESS = 'rollouts.argoproj.io/gatewayapi-canary';

/** An HTTPRoute to the versions of one model, or to one workload, with a rule of its own for each mirror that wants some paths only. */
export class GatewayApiRoute implements ITrafficRoute {
  public readonly routerName = 'Gateway API';
  /** Name of the HTTPRoute. */
  public readonly name: string;
  private readonly mirrors: RequestMirror[] = [];

  public constructor(
    scope: Construct, public readonly capabilities: TrafficRouterCapabilities,
    private readonly entry: GatewayApiEntry, private readonly backends: any[],
  ) {
    const object: ApiObject = new HttpRoute(scope, 'HTTPRoute', {
      metadata: entry.namespace === undefined ? undefined : { namespace: entry.namespace },
      spec: {
        parentRefs: entry.parentRefs,
        hostnames: entry.hosts.length > 0 ? entry.hosts : undefined,
        rules: Lazy.any({ produce: () => this.rules }),
      },
    });
    if (backends.length > 1) {declareWeights(object);}
    this.name = object.name;
  }

  public addMirror(mirror: RequestMirror): void {
    this.mirrors.push(mirror);
  }

  /** The plugin shares out the requests of every rule that names both versions. */
  private get rules(): any[] {
    const backendRefs = this.backends.map((each, i) => ({ ...each, weight: i > 0 ? 0 : this.backends.length === 1 ? 1 : 100 }));
    const everything = this.mirrors.filter((mirror) => mirror.paths.length === 0);
    const some = this.mirrors.map((mirror) => ({ ...mirror, paths: this.open(mirror.paths) })).filter((mirror) => mirror.paths.length > 0);
    return [
      ...some.map((mirror) => ({ matches: matching(mirror.paths), filters: [mirror, ...everything].map(toFilter), backendRefs })),
      { matches: matching(this.entry.paths), filters: everything.length > 0 ? everything.map(toFilter) : undefined, backendRefs },
    ];
  }

  /** The paths that come in at all: a mirror opens nothing that was closed. */
  private open(paths: string[]): string[] {
    const { paths: all } = this.entry;
    return all.length === 0 ? paths : [
      ...paths.filter((path) => all.some((beginning) => isBelow(path, beginning))),
      ...all.filter((beginning) => paths.some((path) => path !== beginning && isBelow(beginning, path))),
    ];
  }
}

function matching(paths: string[]): any[] | undefined {
  return paths.length === 0 ? undefined : paths.map((value) => ({ path: { type: 'PathPrefix', value } }));
}

/** With the group and the kind that the API server would add, so that nobody sees a difference. */
export function backend(name: string, port: number): any {
  return { group: '', kind: 'Service', name, port };
}

function toFilter({ serviceName, port, percent }: RequestMirror): any {
  return { type: 'RequestMirror', requestMirror: { backendRef: backend(serviceName, port), percent } };
}

function declareWeights(object: ApiObject): void {
  declareControllerFields({
    object,
    jsonPointers: [`/metadata/labels/${IN_PROGRESS.replace('/', '~1')}`],
    jqPathExpressions: ['.spec.rules[].backendRefs[].weight'],
    why: 'the rollout moves the weights, and its plugin marks the route meanwhile',
  });
}
