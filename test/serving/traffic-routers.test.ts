import { App, Chart, Testing } from 'cdk8s';
import { IstioVersions, ITrafficRouter, MeshMode, ModelServing, RolloutStrategy, RoutingTarget, TrafficRouter } from '../../src';
import { controllerFieldsBelow } from '../../src/private/controller-fields';
import { isBelow } from '../../src/private/routes';
import { servingProps } from '../support/fixtures';
import { objectOf } from '../support/manifests';

const target: RoutingTarget = { stableService: 'fraud', canaryService: 'fraud-canary', port: 8080, podLabels: { app: 'fraud' }, mesh: MeshMode.none() };

function bind(router: ITrafficRouter, overrides: Partial<RoutingTarget> = {}) {
  const chart = Testing.chart();
  const binding = router.bind(chart, { ...target, ...overrides });
  const fields = () => controllerFieldsBelow(chart).flatMap(({ jsonPointers, jqPathExpressions }) => [...jsonPointers, ...jqPathExpressions]);
  return { ...binding, chart, manifests: () => Testing.synth(chart), fields };
}

const gateways = [{ gatewayName: 'public', namespace: 'gateways', listener: 'https' }];
const versions = (stable: number) => [
  { group: '', kind: 'Service', name: 'fraud', port: 8080, weight: stable }, { group: '', kind: 'Service', name: 'fraud-canary', port: 8080, weight: 100 - stable },
];

describe('what a router can do', () => {
  test.each<[string, ITrafficRouter, unknown]>([
    ['Istio', TrafficRouter.istio(), { weights: true, headers: true, mirrors: true, serviceForEach: true }],
    ['Istio', TrafficRouter.istio({ versions: IstioVersions.SUBSETS }), { weights: true, headers: true, mirrors: true, serviceForEach: false }],
    ['Gateway API', TrafficRouter.gatewayApi({ gateways }), { weights: true, headers: true, mirrors: true, serviceForEach: true }],
    ['an Istio VirtualService of somebody else', TrafficRouter.joinVirtualService({ virtualServiceName: 'shop' }), { weights: true, headers: true, mirrors: false, serviceForEach: true }],
    ['an HTTPRoute of somebody else', TrafficRouter.joinHttpRoute({ routeName: 'shop' }), { weights: true, headers: true, mirrors: false, serviceForEach: true }],
    ['the number of pods', TrafficRouter.replicas(), { weights: false, headers: false, mirrors: false, serviceForEach: false }],
  ])('%s', (name, router, capabilities) => {
    expect(router.routerName).toBe(name);
    expect(router.capabilities).toEqual(capabilities);
  });
});

describe('Istio', () => {
  test('subsets of one Service, whose labels are the rollout\'s', () => {
    const { trafficRouting, manifests, fields } = bind(TrafficRouter.istio({ versions: IstioVersions.SUBSETS }), { canaryService: 'fraud' });
    const [route, rule] = ['VirtualService', 'DestinationRule'].map((kind) => objectOf(manifests(), kind));

    expect(rule.spec).toEqual({ host: 'fraud', subsets: [{ name: 'stable' }, { name: 'canary' }] });
    expect(route.spec.http[0].route).toEqual([
      { destination: { host: 'fraud', port: { number: 8080 }, subset: 'stable' }, weight: 100 }, { destination: { host: 'fraud', port: { number: 8080 }, subset: 'canary' }, weight: 0 },
    ]);
    expect(trafficRouting.istio.destinationRule).toEqual({ name: rule.metadata.name, stableSubsetName: 'stable', canarySubsetName: 'canary' });
    expect(fields()).toEqual([
      '.spec.http[].route[].weight', '/metadata/annotations/argo-rollouts.argoproj.io~1managed-by-rollouts', '.spec.subsets[].labels',
    ]);
  });

  test('a rollout by subsets names no Services of versions, since their selectors would hide one', () => {
    const chart = Testing.chart();
    new ModelServing(chart, 'Serving', servingProps({ strategy: RolloutStrategy.canary({ router: TrafficRouter.istio({ versions: IstioVersions.SUBSETS }) }) }));
    const { canary } = objectOf(Testing.synth(chart), 'Rollout').spec.strategy;

    expect([canary.canaryService, canary.stableService]).toEqual([undefined, undefined]);
    expect(canary.trafficRouting.istio.virtualService.routes).toEqual(['primary']);
    expect(canary.scaleDownDelaySeconds).toBe(600);
  });

  test('in ambient mode the Services say which waypoint routes', () => {
    const chart = Testing.chart();
    new ModelServing(chart, 'Serving', servingProps({ strategy: RolloutStrategy.canary({ router: TrafficRouter.istio({ waypoint: 'waypoint' }) }) }));
    const services = Testing.synth(chart).filter(({ kind }) => kind === 'Service');

    expect(services.map(({ metadata }) => [metadata.name, metadata.labels['istio.io/use-waypoint']])).toEqual([
      ['fraud-detection', 'waypoint'], ['fraud-detection-canary', 'waypoint'],
    ]);
  });

  test('in ambient mode a gateway routes without a waypoint', () => {
    const router = TrafficRouter.istio({ gateways: ['istio-ingress/public'], hosts: ['fraud.example.com'] });

    expect(() => bind(router, { mesh: MeshMode.istioAmbient() })).not.toThrow();
  });

  test('a mirror of some paths has a route of its own, which the rollout moves, too', () => {
    const { trafficRouting, route, chart, manifests } = bind(TrafficRouter.istio());
    route!.addMirror({ serviceName: 'shadow', port: 8080, percent: 20, paths: ['/v2/models/fraud/infer'] });
    const { http } = objectOf(manifests(), 'VirtualService').spec;
    const routes = trafficRouting.istio.virtualService.routes.produce();

    expect(http[0]).toEqual({
      name: 'mirrored-1',
      match: [{ uri: { exact: '/v2/models/fraud/infer' } }, { uri: { prefix: '/v2/models/fraud/infer/' } }],
      route: http[1].route,
      mirrors: [{ destination: { host: 'shadow', port: { number: 8080 } }, percentage: { value: 20 } }],
    });
    expect(http[1].mirrors).toBeUndefined();
    expect(routes).toEqual(['mirrored-1', 'primary']);
    expect(chart.node.tryFindChild('VirtualService')).toBeDefined();
  });

  test('a mirror of everything needs no route of its own, and is on those of the others', () => {
    const { route, manifests } = bind(TrafficRouter.istio());
    route!.addMirror({ serviceName: 'all', port: 8080, percent: 100, paths: [] });
    route!.addMirror({ serviceName: 'some', port: 8080, percent: 5, paths: ['/'] });
    const { http } = objectOf(manifests(), 'VirtualService').spec;

    expect(http.map(({ name, match, mirrors }: any) => [name, match, mirrors.map(({ destination }: any) => destination.host)])).toEqual([
      ['mirrored-1', [{ uri: { prefix: '/' } }], ['some', 'all']], ['primary', undefined, ['all']],
    ]);
  });

  test('a VirtualService of somebody else is named as Argo Rollouts reads it', () => {
    const { trafficRouting, manifests, route } = bind(TrafficRouter.joinVirtualService({ virtualServiceName: 'shop', routes: ['fraud'], namespace: 'web' }));

    expect(trafficRouting).toEqual({ istio: { virtualService: { name: 'shop.web', routes: ['fraud'] } } });
    expect([manifests(), route]).toEqual([[], undefined]);
    expect(bind(TrafficRouter.joinVirtualService({ virtualServiceName: 'shop' })).trafficRouting).toEqual({ istio: { virtualService: { name: 'shop' } } });
  });
});

describe('the Gateway API', () => {
  test('an HTTPRoute below a gateway that exists, with every value that the API server would add', () => {
    const { trafficRouting, manifests, fields } = bind(TrafficRouter.gatewayApi({ gateways, hosts: ['fraud.example.com'], paths: ['/v2/models/fraud'] }));
    const route = objectOf(manifests(), 'HTTPRoute');

    expect(route.spec).toEqual({
      parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public', namespace: 'gateways', sectionName: 'https' }],
      hostnames: ['fraud.example.com'],
      rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/v2/models/fraud' } }], backendRefs: versions(100) }],
    });
    expect(trafficRouting).toEqual({ plugins: { 'argoproj-labs/gatewayAPI': { httpRoute: route.metadata.name } } });
    expect(fields()).toEqual(['/metadata/labels/rollouts.argoproj.io~1gatewayapi-canary', '.spec.rules[].backendRefs[].weight']);
  });

  test('callers in the mesh are routed where the route stands below the Service', () => {
    const { manifests, serviceLabels } = bind(TrafficRouter.gatewayApi({ callersInMesh: true, waypoint: 'waypoint' }));

    expect(objectOf(manifests(), 'HTTPRoute').spec.parentRefs).toEqual([{ group: '', kind: 'Service', name: 'fraud', port: 8080 }]);
    expect(serviceLabels).toEqual({ 'istio.io/use-waypoint': 'waypoint' });
  });

  test('a mirror opens no path that was closed', () => {
    const { route, manifests } = bind(TrafficRouter.gatewayApi({ gateways, paths: ['/v2/models/fraud'] }));
    ['/v2', '/v2/models/fraud/infer', '/v2/models/other'].forEach((path, i) => route!.addMirror({ serviceName: `shadow-${i}`, port: 80, percent: 10, paths: [path] }));
    route!.addMirror({ serviceName: 'everything', port: 80, percent: 1, paths: [] });
    const { rules } = objectOf(manifests(), 'HTTPRoute').spec;

    const mirrorsOf = (filters: any[]) => filters.map(({ requestMirror }) => [requestMirror.backendRef.name, requestMirror.percent]);

    expect(rules.map(({ matches, filters }: any) => [matches[0].path.value, mirrorsOf(filters)])).toEqual([
      ['/v2/models/fraud', [['shadow-0', 10], ['everything', 1]]],
      ['/v2/models/fraud/infer', [['shadow-1', 10], ['everything', 1]]],
      ['/v2/models/fraud', [['everything', 1]]],
    ]);
  });

  test('an HTTPRoute of somebody else', () => {
    expect(bind(TrafficRouter.joinHttpRoute({ routeName: 'shop', namespace: 'web' })).trafficRouting)
      .toEqual({ plugins: { 'argoproj-labs/gatewayAPI': { httpRoute: 'shop', namespace: 'web' } } });
  });
});

test('a Service that is called by a long name gets a canary Service of another', () => {
  const chart = new Chart(new App(), 'long');
  new ModelServing(chart, 'Serving', servingProps({ serviceName: `a${'b'.repeat(60)}`, strategy: RolloutStrategy.canary({ router: TrafficRouter.istio() }) }));

  expect(objectOf(Testing.synth(chart), 'Rollout').spec.strategy.canary.canaryService).toMatch(/^long-serving-rollout-canaryservice-/);
});

test('paths are compared segment by segment', () => {
  expect([isBelow('/v2/models', '/v2'), isBelow('/v2', '/v2'), isBelow('/v20', '/v2'), isBelow('/anything', '/')]).toEqual([true, true, false, true]);
});
