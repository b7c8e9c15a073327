import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { IstioEntry, IstioRoute } from './istio-route';
import { IstioSplitter } from './istio-splitter';
import { IRequestSplitter } from './request-split';
import { IstioVersions } from './router-options';
import { ITrafficRouter, RoutingBinding, RoutingTarget, TrafficRouterCapabilities } from './traffic-router';
import { declareControllerFields } from '../private/controller-fields';
import { InputError } from '../private/input-error';
import { DestinationRule } from '../private/l1/networking-istio-io';

/** What an Istio router is made of. */
export interface IstioRouterProps {
  /** Entries for a Service of that name; the first one is that of the mesh. */
  readonly entries: (stableService: string) => IstioEntry[];
  readonly versions: IstioVersions;
  readonly waypoint?: string;
  /** Whether anybody comes in through a gateway, which routes in every mode of the mesh. */
  readonly hasGateways: boolean;
}

const SUBSETS = { stable: 'stable', canary: 'canary' };

/** VirtualServices whose weights a rollout moves. */
export class IstioRouter implements ITrafficRouter {
  public readonly routerName = 'Istio';
  public readonly capabilities: TrafficRouterCapabilities;
  public readonly splitter: IRequestSplitter;

  public constructor(private readonly props: IstioRouterProps) {
    this.capabilities = { weights: true, headers: true, mirrors: true, serviceForEach: props.versions === IstioVersions.SERVICES };
    this.splitter = new IstioSplitter(props.entries);
  }

  public bind(scope: Construct, target: RoutingTarget): RoutingBinding {
    const { entries, versions, waypoint, hasGateways } = this.props;
    if (target.mesh.mode === 'istio-ambient' && waypoint === undefined && !hasGateways) {
      throw new InputError('serving/router-without-waypoint',
        'in ambient mode nothing between two pods reads a VirtualService but a waypoint, and the router names none; '
        + "say TrafficRouter.istio({ waypoint: '<name of the waypoint>' }), or let callers in through a gateway");
    }
    const bySubsets = versions === IstioVersions.SUBSETS;
    const port = { number: target.port };
    const destinations = bySubsets
      ? [SUBSETS.stable, SUBSETS.canary].map((subset) => ({ host: target.stableService, port, subset }))
      : [target.stableService, target.canaryService].map((host) => ({ host, port }));
    const route = new IstioRoute(scope, this.capabilities, entries(target.stableService), destinations);
    return {
      trafficRouting: { istio: { ...route.trafficRouting, ...bySubsets ? { destinationRule: this.declareSubsets(scope, target) } : {} } },
      serviceLabels: waypoint === undefined ? {} : { 'istio.io/use-waypoint': waypoint },
      route,
    };
  }

  private declareSubsets(scope: Construct, { stableService }: RoutingTarget): any {
    const object: ApiObject = new DestinationRule(scope, 'DestinationRule', {
      spec: { host: stableService, subsets: Object.values(SUBSETS).map((name) => ({ name })) },
    });
    declareControllerFields({
      object,
      jsonPointers: ['/metadata/annotations/argo-rollouts.argoproj.io~1managed-by-rollouts'],
      jqPathExpressions: ['.spec.subsets[].labels'],
      why: 'the rollout says which pods are of which version',
    });
    return { name: object.name, stableSubsetName: SUBSETS.stable, canarySubsetName: SUBSETS.canary };
  }
}
