import { GatewayApiRouter, PLUGIN } from './gateway-api-router';
import { IstioRouter } from './istio-router';
import { JoinedRouter, ReplicaRouter } from './joined-router';
import { parentRefOf } from './parent-refs';
import { GatewayApiRouterOptions, IstioRouterOptions, IstioVersions, JoinHttpRouteOptions, JoinVirtualServiceOptions } from './router-options';
import { ITrafficRouter } from './traffic-router';
import { InputProblems } from '../private/input-error';
import { checkHosts, checkNamespaceName, checkObjectName, checkPaths } from '../private/routes';

/** Who shares requests out between versions: the menu. */
export class TrafficRouter {
  /**
   * Istio: a VirtualService whose weights the rollout moves.
   *
   * @param options gateways and hosts for callers outside, subsets, waypoint
   * @throws if there are gateways without hosts, or hosts without gateways, or Istio would refuse a name
   * @see https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/istio/
   */
  public static istio(options: IstioRouterOptions = {}): ITrafficRouter {
    const { gateways = [], hosts = [], versions = IstioVersions.SERVICES, waypoint } = options;
    const problems = new InputProblems();
    if ((gateways.length === 0) !== (hosts.length === 0)) {
      problems.add('serving/gateways-and-hosts',
        `'gateways' and 'hosts' belong together, got gateways [${gateways.join(', ')}] and hosts [${hosts.join(', ')}]; a gateway needs the host that callers use`);
    }
    for (const gateway of gateways.filter((name) => !/^[a-z0-9][-a-z0-9]*\/[a-z0-9][-a-z0-9.]*$/.test(name))) {
      problems.add('serving/malformed-gateway', `'gateways' must look like 'istio-ingress/public', got '${gateway}'`);
    }
    checkHosts('hosts', hosts, problems);
    if (waypoint !== undefined) {checkObjectName('waypoint', waypoint, problems);}
    problems.throwAll();
    return new IstioRouter({
      versions,
      waypoint,
      hasGateways: gateways.length > 0,
      entries: (service) => [{
        id: 'VirtualService', hosts: [service, ...hosts], gateways: gateways.length > 0 ? ['mesh', ...gateways] : undefined, paths: [],
      }],
    });
  }

  /**
   * Istio, by a VirtualService that exists.
   *
   * @param options its name and its routes
   * @throws if no object can have the name
   */
  public static joinVirtualService(options: JoinVirtualServiceOptions): ITrafficRouter {
    const { virtualServiceName, routes, namespace } = options;
    const problems = new InputProblems();
    checkObjectName('virtualServiceName', virtualServiceName, problems);
    checkNamespaceName('namespace', namespace, problems);
    if (routes?.length === 0) {
      problems.add('serving/no-routes', "'routes' must name the http routes that lead to the versions, got none; leave it out where the VirtualService has one");
    }
    problems.throwAll();
    const name = namespace === undefined ? virtualServiceName : `${virtualServiceName}.${namespace}`;
    return new JoinedRouter('an Istio VirtualService of somebody else', { istio: { virtualService: { name, routes } } });
  }

  /**
   * The Gateway API: an HTTPRoute whose weights the rollout moves, through a plugin that the controller needs (`GatewayApiPlugin`). What routes by
   * weight is core of the Gateway API, what mirrors a share of the requests is left to each implementation.
   *
   * @param options gateways, hosts, paths
   * @throws if nobody comes in, or a name is malformed
   * @see https://rollouts-plugin-trafficrouter-gatewayapi.readthedocs.io/en/latest/
   */
  public static gatewayApi(options: GatewayApiRouterOptions): ITrafficRouter {
    const { gateways = [], hosts = [], paths = [], callersInMesh = false, waypoint } = options;
    const problems = new InputProblems();
    if (gateways.length === 0 && !callersInMesh) {
      problems.add('serving/no-parents', "'gateways' must name at least one gateway, got none; or say callersInMesh: true, where a mesh reads HTTPRoutes");
    }
    if (gateways.length === 0 && hosts.length > 0) {
      problems.add('serving/gateways-and-hosts',
        `'gateways' and 'hosts' belong together, got gateways [] and hosts [${hosts.join(', ')}]; a gateway needs the host that callers use`);
    }
    if (gateways.length > 0 && callersInMesh && hosts.length > 0) {
      problems.add('serving/hosts-in-mesh',
        `'hosts' (${hosts.join(', ')}) would close the route to callers in the mesh, who use the name of the Service; give them a router of their own, or leave out the hosts`);
    }
    gateways.forEach((gateway) => problems.attempt(() => parentRefOf(gateway)));
    checkHosts('hosts', hosts, problems);
    checkPaths('paths', paths, problems);
    if (waypoint !== undefined) {checkObjectName('waypoint', waypoint, problems);}
    problems.throwAll();
    return new GatewayApiRouter(({ stableService, port }) => ({
      parentRefs: [...callersInMesh ? [{ group: '', kind: 'Service', name: stableService, port }] : [], ...gateways.map(parentRefOf)],
      hosts,
      paths,
    }), waypoint === undefined ? {} : { 'istio.io/use-waypoint': waypoint });
  }

  /**
   * The Gateway API, by an HTTPRoute that exists.
   *
   * @param options its name
   * @throws if no object can have the name
   */
  public static joinHttpRoute(options: JoinHttpRouteOptions): ITrafficRouter {
    const { routeName, namespace } = options;
    const problems = new InputProblems();
    checkObjectName('routeName', routeName, problems);
    checkNamespaceName('namespace', namespace, problems);
    problems.throwAll();
    return new JoinedRouter('an HTTPRoute of somebody else', { plugins: { [PLUGIN]: { httpRoute: routeName, namespace } } });
  }

  /**
   * No router: each version gets requests as it has pods. Weights that the number of pods cannot show are refused.
   *
   * @see https://argo-rollouts.readthedocs.io/en/stable/features/canary/
   */
  public static replicas(): ITrafficRouter {
    return new ReplicaRouter();
  }
}
