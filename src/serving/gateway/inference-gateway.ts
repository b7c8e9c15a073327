import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { GatewayApiFront, serves } from './gateway-api-front';
import { FrontProps, FrontRoute, GatewayFront } from './gateway-front';
import { GatewayTls } from './gateway-tls';
import { Ingress } from './ingress';
import { IstioFront } from './istio-front';
import { MeshCaller } from './mesh-caller';
import { findRouteGaps } from './route-findings';
import { RoutedModel } from './routed-model';
import { Findings } from '../../core/findings';
import { MeshMode } from '../../core/mesh-mode';
import { NetworkPeer } from '../../core/network-peer';
import { factsOf } from '../../private/facts';
import { InputError, InputProblems } from '../../private/input-error';
import { checkHosts, checkObjectName, checkPaths, isBelow } from '../../private/routes';
import { IRequestSplitter } from '../request-split';
import { IModelServing } from '../serving';
import { ITrafficRoute, ITrafficRouter, RoutingBinding, RoutingTarget, TrafficRouterCapabilities } from '../traffic-router';

/** Properties of `InferenceGateway`. */
export interface InferenceGatewayProps {
  /** Hosts that callers use, such as `models.example.com`. */
  readonly hosts: string[];
  /** Certificate of those hosts. */
  readonly tls: GatewayTls;
  /** Who serves the gateway. */
  readonly ingress: Ingress;
  /**
   * Name of the Gateway.
   *
   * @default - made from the path of the construct
   */
  readonly gatewayName?: string;
}

/** Which requests lead to a model. */
export interface GatewayRouteOptions {
  /** Beginnings of their paths, such as `/v2/models/fraud-detection`. */
  readonly paths: string[];
  /**
   * Their hosts.
   *
   * @default - every host of the gateway
   */
  readonly hosts?: string[];
  /**
   * Name of the waypoint that routes callers in the mesh in ambient mode.
   *
   * @default - callers in the mesh are not routed in ambient mode
   */
  readonly waypoint?: string;
}

/**
 * The way in from outside: TLS, a redirect for those who forgot it, and a table of which paths lead to which model. Every model behind it is watched,
 * and lets the gateway in.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/ingress/secure-ingress/
 * @see https://gateway-api.sigs.k8s.io/guides/tls/
 */
export class InferenceGateway extends Construct {
  /** Pods of the gateway, to name among the `callers` of a model. */
  public readonly peer: NetworkPeer;
  private readonly hosts: string[];
  private readonly front: GatewayFront;
  private readonly table: FrontRoute[] = [];
  private readonly models: RoutedModel[] = [];

  /**
   * @throws if a host is malformed or repeated, or the certificate is out of reach
   */
  public constructor(scope: Construct, id: string, props: InferenceGatewayProps) {
    super(scope, id);
    const { hosts, tls, ingress, gatewayName } = props;
    const problems = new InputProblems();
    if (hosts.length === 0) {
      problems.add('gateway/no-hosts', "'hosts' must name the hosts that callers use, got none; a gateway for any host serves those of others");
    }
    for (const host of new Set(hosts.filter((name, i) => hosts.indexOf(name) !== i))) {
      problems.add('gateway/host-repeated', `'hosts' must name each host once, got '${host}' twice`);
    }
    checkHosts('hosts', hosts, problems);
    if (gatewayName !== undefined) {checkObjectName('gatewayName', gatewayName, problems);}
    problems.throwAt(scope, id);

    this.hosts = hosts;
    const namespace = Chart.of(this).namespace;
    const front: FrontProps = { hosts, namespace, gatewayName, routeNamespaces: () => this.models.map(({ servingNamespace }) => servingNamespace) };
    this.front = problems.attempt(() => (ingress.api === 'istio' ? new IstioFront(this, front, ingress, tls) : new GatewayApiFront(this, front, ingress, tls)))!;
    problems.throwAt(scope, id);
    this.peer = this.front.peer;
    Findings.of(this).addSource({ findings: () => this.models.flatMap((model) => findRouteGaps(this, this.peer, model)) });
    factsOf(this).notes.push(`Callers outside reach models by https://${hosts.join(', https://')}; who comes without TLS is sent there.`);
  }

  /**
   * Identity of the gateway in the mesh, to name among the callers of `MeshAccess`.
   *
   * @throws if its namespace is not known
   */
  public get caller(): MeshCaller {
    const { podNamespace, serviceAccountName } = this.front;
    if (podNamespace === undefined) {
      throw new InputError('gateway/identity-unknown', `the identity of gateway '${this.node.path}' has a namespace, and its chart has none; give it one`);
    }
    return MeshCaller.serviceAccount(podNamespace, serviceAccountName);
  }

  /**
   * Routes that a rollout steers: give it to `RolloutStrategy.canary()`.
   *
   * @param options which requests lead to the model
   * @throws if the paths lead to another model already, or the gateway does not serve a host
   */
  public routerFor(options: GatewayRouteOptions): ITrafficRouter {
    const router = this.front.router(this.register(options));
    return new RegisteringRouter(router, (scope, { stableService, podLabels }) => this.lead({
      construct: scope, serviceName: stableService, podLabels, servingNamespace: Chart.of(scope).namespace ?? '',
    }));
  }

  /**
   * Lead requests to a model whose strategy steers no routes.
   *
   * @param serving the model
   * @param options which requests
   * @returns the routes, to add to
   * @throws if the paths lead to another model already, or the gateway does not serve a host
   */
  public addRoute(serving: IModelServing, options: GatewayRouteOptions): ITrafficRoute {
    const route = this.register(options);
    const { serviceName, podLabels, servingNamespace } = serving;
    const problems = new InputProblems();
    problems.attempt(() => this.lead({ construct: serving, serviceName, podLabels, servingNamespace }));
    this.throwProblems(problems);
    const isElsewhere = servingNamespace !== (Chart.of(this).namespace ?? '');
    return this.front.route(new Construct(this, `Route-${serviceName}${isElsewhere ? `-${servingNamespace}` : ''}`), serving, route);
  }

  /** Routes stand beside the model, so that they reach it and whoever gets copies of its requests, and refer to the gateway. */
  private lead(model: RoutedModel): void {
    const { namespace = '' } = Chart.of(this);
    if ((namespace === '') !== (model.servingNamespace === '')) {
      const [known, unknown] = namespace === '' ? [model.serviceName, 'the gateway'] : ['the gateway', model.serviceName];
      throw new InputError('gateway/namespace-unknown',
        `'${known}' has a namespace and '${unknown}' has none, so one could not refer to the other; give both charts a namespace`);
    }
    this.models.push(model);
  }

  private register(options: GatewayRouteOptions): FrontRoute {
    const route = { ...options, hosts: options.hosts ?? this.hosts };
    const problems = new InputProblems();
    if (route.paths.length === 0) {
      problems.add('gateway/no-paths', "'paths' must name the beginnings of the paths that lead to the model, got none; say '/' for all");
    }
    checkPaths('paths', route.paths, problems);
    for (const host of route.hosts.filter((wanted) => !this.hosts.some((own) => serves(own, wanted)))) {
      problems.add('gateway/host-not-served', `'hosts' must be among those of the gateway (${this.hosts.join(', ')}), got '${host}'; add it to the gateway, and to its certificate`);
    }
    for (const path of route.paths) {
      const other = this.table.filter(({ hosts }) => hosts.some((host) => route.hosts.includes(host)))
        .flatMap(({ paths }) => paths).find((taken) => this.collide(path, taken));
      if (other !== undefined) {
        problems.add('gateway/path-taken', `'paths' must lead to one model each, got '${path}' beside '${other}'; ${this.front.prefersLongerPaths
          ? 'give one of them another' : 'Istio does not say which of two VirtualServices comes first, so keep one from being the beginning of the other'}`);
      }
    }
    this.throwProblems(problems);
    this.table.push(route);
    return route;
  }

  private collide(path: string, taken: string): boolean {
    return this.front.prefersLongerPaths ? isBelow(path, taken) && isBelow(taken, path) : isBelow(path, taken) || isBelow(taken, path);
  }

  private throwProblems(problems: InputProblems): void {
    problems.throwAt(this.node.scope!, this.node.id);
  }
}

/** Tells the gateway whom it leads to. */
class RegisteringRouter implements ITrafficRouter {
  public readonly routerName: string;
  public readonly capabilities: TrafficRouterCapabilities;
  public readonly splitter?: IRequestSplitter;

  public constructor(private readonly router: ITrafficRouter, private readonly register: (scope: Construct, target: RoutingTarget) => void) {
    this.routerName = router.routerName;
    this.capabilities = router.capabilities;
    const { splitter } = router;
    this.splitter = splitter && {
      canRemember: splitter.canRemember,
      split: (scope, split) => {
        split.variants.forEach(({ serviceName, podLabels, port }) => register(scope, {
          stableService: serviceName, canaryService: serviceName, port, podLabels, mesh: MeshMode.none(),
        }));
        splitter.split(scope, split);
      },
    };
  }

  public bind(scope: Construct, target: RoutingTarget): RoutingBinding {
    this.register(scope, target);
    return this.router.bind(scope, target);
  }
}
