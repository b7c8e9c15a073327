import { canaryOf, ROLLOUT } from './kinds';
import { ControllerRule, ManifestLookup, Violation } from '../controller-rule';

/**
 * A VirtualService must have the routes that a rollout moves, and those must go to both versions.
 *
 * @see https://github.com/argoproj/argo-rollouts/blob/v1.10.1/pkg/apis/rollouts/validation/validation_references.go ValidateVirtualService
 * @see https://github.com/argoproj/argo-rollouts/blob/v1.10.1/rollout/trafficrouting/istio/istio.go ValidateHTTPRoutes, ValidateTlsRoutes, ValidateTcpRoutes
 */
export const virtualServiceRoutes: ControllerRule[] = [
  {
    ruleId: 'argo-rollouts/virtual-service-without-routes',
    kinds: [ROLLOUT],
    violations: (rollout, lookup) => eachVirtualService(rollout, lookup, ({ manifest, field, asked }) =>
      PROTOCOLS.some((protocol) => manifest.spec?.[protocol] !== undefined) && !diesOf(manifest, asked) ? [] : [{
        field: `${field}.name`, problem: `must name a VirtualService with routes, but '${manifest.metadata.name}' has none`, remedy: "give it 'http', 'tls' or 'tcp' routes",
      }]),
  },
  {
    ruleId: 'argo-rollouts/route-not-found',
    kinds: [ROLLOUT],
    violations: (rollout, lookup) => eachVirtualService(rollout, lookup, (named) => PROTOCOLS.flatMap((protocol) =>
      missingRoutes(named, protocol).map(({ place, asked }) => ({
        field: `${named.field}.${place}`, problem: `must name ${protocol} routes of the VirtualService '${named.manifest.metadata.name}'`, value: asked, remedy: 'use names or matches that it has',
      })))),
  },
  {
    ruleId: 'argo-rollouts/ambiguous-route',
    kinds: [ROLLOUT],
    violations: (rollout, lookup) => eachVirtualService(rollout, lookup, (named) => PROTOCOLS.flatMap((protocol) => {
      const managed = (canaryOf(rollout).trafficRouting.managedRoutes ?? []).map(({ name }: any) => name);
      const all: any[] = named.manifest.spec?.[protocol] ?? [];
      const candidates = protocol === 'http' ? all.filter(({ name }) => !managed.includes(name ?? '')) : all;
      return (named.asked[PLACES[protocol]] ?? []).length === 0 && candidates.length > 1 ? [{
        field: `${named.field}.${PLACES[protocol]}`,
        problem: `must say which of the ${candidates.length} ${protocol} routes of the VirtualService '${named.manifest.metadata.name}' to move`,
        remedy: 'name them',
      }] : [];
    })),
  },
  {
    ruleId: 'argo-rollouts/route-misses-a-version',
    kinds: [ROLLOUT],
    violations: (rollout, lookup) => eachVirtualService(rollout, lookup, (named) => PROTOCOLS.flatMap((protocol) =>
      movedRoutes(named, protocol).flatMap((route) => missingDestinations(route, rollout).map((missing) => ({
        field: `${named.field}.name`,
        problem: `must name a VirtualService whose ${protocol} route${route.name ? ` '${route.name}'` : ''} goes to ${missing}`,
        remedy: `add the destination to '${named.manifest.metadata.name}'`,
      }))))),
  },
];

type Protocol = 'http' | 'tls' | 'tcp';

const PROTOCOLS: Protocol[] = ['http', 'tls', 'tcp'];

/** Where a rollout says which routes it moves. */
const PLACES: { [protocol in Protocol]: string } = { http: 'routes', tls: 'tlsRoutes', tcp: 'tcpRoutes' };

interface NamedVirtualService {
  readonly field: string;
  readonly asked: any;
  readonly manifest: any;
}

/** A VirtualService by its name, and what is asked of it. */
export interface VirtualServiceName {
  readonly field: string;
  readonly asked: any;
  readonly namespace: string;
  readonly name: string;
}

/** VirtualServices that a rollout names. */
export function namedVirtualServices(rollout: any): VirtualServiceName[] {
  const { virtualService, virtualServices } = canaryOf(rollout)?.trafficRouting?.istio ?? {};
  const place = 'spec.strategy.canary.trafficRouting.istio';
  const all: [string, any][] = virtualServices
    ? virtualServices.map((asked: any, i: number) => [`${place}.virtualServices[${i}]`, asked])
    : virtualService ? [[`${place}.virtualService`, virtualService]] : [];
  return all.map(([field, asked]) => {
    const parts = asked.name.replace(/\.cluster\.local$/, '').split('.');
    const namespace = parts.length > 1 ? parts.pop() : rollout.metadata.namespace ?? '';
    return { field, asked, namespace, name: parts.join('.') };
  });
}

function eachVirtualService(rollout: any, lookup: ManifestLookup, check: (named: NamedVirtualService) => Violation[]): Violation[] {
  return namedVirtualServices(rollout).flatMap(({ field, asked, namespace, name }) => {
    const manifest = lookup.named('networking.istio.io/VirtualService', namespace, name);
    return manifest === undefined ? [] : check({ field, asked, manifest });
  });
}

/** The controller takes the first route of an empty list. */
function diesOf({ spec }: any, asked: any): boolean {
  return (['tls', 'tcp'] as Protocol[]).some((protocol) => spec[protocol]?.length === 0 && (asked[PLACES[protocol]] ?? []).length === 0);
}

function routesOf({ manifest }: NamedVirtualService, protocol: Protocol): any[] {
  return manifest.spec?.[protocol] ?? [];
}

function missingRoutes(named: NamedVirtualService, protocol: Protocol): { place: string; asked: unknown }[] {
  if (named.manifest.spec?.[protocol] === undefined) {return [];}
  return (named.asked[PLACES[protocol]] ?? [])
    .filter((asked: any) => found(asked, routesOf(named, protocol), protocol).length === 0)
    .map((asked: any) => ({ place: PLACES[protocol], asked }));
}

/** Routes that the controller writes weights to. */
function movedRoutes(named: NamedVirtualService, protocol: Protocol): any[] {
  const all = routesOf(named, protocol);
  const asked: any[] = named.asked[PLACES[protocol]] ?? [];
  if (asked.length > 0) {return asked.flatMap((one) => found(one, all, protocol));}
  if (protocol !== 'http') {return all.slice(0, 1);}
  return all.length === 1 ? all : all.filter(({ name }) => !name).slice(0, 1);
}

function found(asked: any, all: any[], protocol: Protocol): any[] {
  if (protocol === 'http') {return all.filter(({ name }) => (name ?? '') === asked).slice(0, 1);}
  return all.filter(({ match = [] }) => {
    const ports = new Set<number>(match.map(({ port }: any) => port ?? 0));
    const hosts = new Set(match.flatMap(({ sniHosts = [] }: any) => sniHosts));
    const wanted: string[] = asked.sniHosts ?? [];
    return ports.size <= 1 && ([...ports][0] ?? 0) === (asked.port ?? 0)
      && (protocol === 'tcp' || (hosts.size === wanted.length && wanted.every((host) => hosts.has(host))));
  });
}

function missingDestinations(route: any, rollout: any): string[] {
  const { stableService, canaryService, trafficRouting } = withPingPong(canaryOf(rollout));
  const destinations: any[] = (route.route ?? []).map(({ destination = {} }: any) => destination);
  const rule = trafficRouting.istio.destinationRule;
  if (rule) {
    return [['canary', rule.canarySubsetName], ['stable', rule.stableSubsetName]]
      .filter(([, subset]) => !subset || !destinations.some((destination) => destination.subset === subset))
      .map(([version, subset]) => `the subset '${subset ?? ''}' of the ${version} version`);
  }
  return [['canary', canaryService], ['stable', stableService]]
    .filter(([, service]) => !service || !destinations.some(({ host = '' }) => hostOf(host) === service))
    .map(([version, service]) => `the Service '${service ?? ''}' of the ${version} version`);
}

function withPingPong(canary: any): any {
  const { pingPong, stableService, canaryService } = canary;
  return pingPong && !stableService && !canaryService
    ? { ...canary, stableService: pingPong.pongService, canaryService: pingPong.pingService }
    : canary;
}

function hostOf(host: string): string {
  return host.split('.')[0];
}
