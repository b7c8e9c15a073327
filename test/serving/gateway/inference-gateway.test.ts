import { App, Chart, Testing } from 'cdk8s';
import {
  CertificateIssuerKind, Findings, GatewayTls, InferenceGateway, InferenceGatewayProps, Ingress, ModelServing, Monitoring, RolloutStrategy,
} from '../../../src';
import { serves } from '../../../src/serving/gateway/gateway-api-front';
import { aPlatform, servingProps } from '../../support/fixtures';
import { objectOf } from '../../support/manifests';

const HOST = 'models.example.com';
const shared = Ingress.gatewayApi({ gatewayClassName: 'istio' });

function make(overrides: Partial<InferenceGatewayProps> = {}, namespace: string | undefined = 'edge') {
  const app = new App();
  const chart = new Chart(app, 'edge', { namespace });
  const gateway = new InferenceGateway(chart, 'Gateway', { hosts: [HOST], tls: GatewayTls.fromSecret('models-tls'), ingress: Ingress.istio(), gatewayName: 'models', ...overrides });
  return { app, chart, gateway, manifests: () => Testing.synth(chart) };
}

function serve(app: App, props = {}) {
  const chart = new Chart(app, 'fraud', { namespace: 'ml' });
  const serving = new ModelServing(chart, 'Serving', servingProps(props));
  return { chart, serving };
}

/** What these tests are not about. */
function accept(gateway: InferenceGateway): void {
  ['gateway/unmonitored', 'gateway/not-let-in'].forEach((ruleId) => Findings.of(gateway).acknowledge(ruleId, 'a test'));
}

describe('on Istio', () => {
  test('TLS outside, and a redirect for those who forgot it', () => {
    const { spec } = objectOf(make().manifests(), 'Gateway');

    expect(spec).toEqual({
      selector: { istio: 'ingress' },
      servers: [
        { hosts: [HOST], port: { name: 'https', number: 443, protocol: 'HTTPS' }, tls: { mode: 'SIMPLE', credentialName: 'models-tls', minProtocolVersion: 'TLSV1_2' } },
        { hosts: [HOST], port: { name: 'http', number: 80, protocol: 'HTTP' }, tls: { httpsRedirect: true } },
      ],
    });
  });

  test('a certificate is issued where the pods of the gateway read it', () => {
    const manifests = make({ hosts: ['*.example.com'], tls: GatewayTls.certManager({ issuer: 'letsencrypt' }) }).manifests();
    const { metadata, spec } = objectOf(manifests, 'Certificate');

    expect(metadata.namespace).toBe('istio-ingress');
    expect([spec.secretName, spec.dnsNames, spec.issuerRef]).toEqual([
      'wildcard-example-com-tls', ['*.example.com'], { group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'letsencrypt' },
    ]);
    expect(objectOf(manifests, 'Gateway').spec.servers[0].tls.credentialName).toBe('wildcard-example-com-tls');
  });

  test('a rollout steers the routes of the mesh and those of the gateway', () => {
    const { app, gateway } = make();
    accept(gateway);
    const strategy = RolloutStrategy.canary({ router: gateway.routerFor({ paths: ['/fraud'] }) });
    const { chart, serving } = serve(app, { strategy, callers: [gateway.peer] });
    const manifests = Testing.synth(chart);
    const [mesh, outside] = manifests.filter(({ kind }) => kind === 'VirtualService');
    const { istio } = objectOf(manifests, 'Rollout').spec.strategy.canary.trafficRouting;

    expect([mesh.spec.hosts, mesh.spec.gateways, mesh.spec.http[0].match]).toEqual([['fraud-detection'], undefined, undefined]);
    expect([outside.spec.hosts, outside.spec.gateways]).toEqual([[HOST], ['edge/models']]);
    expect(outside.spec.http[0].match).toEqual([{ uri: { exact: '/fraud' } }, { uri: { prefix: '/fraud/' } }]);
    expect(outside.spec.http[0].route.map(({ weight }: any) => weight)).toEqual([100, 0]);
    expect(istio).toEqual({ virtualServices: [mesh, outside].map(({ metadata }) => ({ name: metadata.name, routes: ['primary'] })) });
    expect(serving.route?.routerName).toBe('Istio');
  });

  test('a model without a steered route has its routes beside it', () => {
    const { app, gateway, manifests } = make();
    accept(gateway);
    const route = gateway.addRoute(serve(app).serving, { paths: ['/fraud'] });
    const { metadata, spec } = objectOf(manifests(), 'VirtualService');

    expect(metadata.namespace).toBe('ml');
    expect(spec.http).toEqual([{
      name: 'primary', match: [{ uri: { exact: '/fraud' } }, { uri: { prefix: '/fraud/' } }], route: [{ destination: { host: 'fraud-detection', port: { number: 8080 } } }],
    }]);
    expect(route.capabilities).toEqual({ weights: false, headers: true, mirrors: true, serviceForEach: false });
  });

  test('in a chart without a namespace everything refers to its neighbours', () => {
    const chart = new Chart(new App(), 'edge');
    const gateway = new InferenceGateway(chart, 'Gateway', { hosts: [HOST], tls: GatewayTls.fromSecret('models-tls', 'istio-ingress'), ingress: Ingress.istio() });
    gateway.addRoute(new ModelServing(chart, 'Serving', servingProps({ callers: [gateway.peer] })), { paths: ['/'] });
    new Monitoring(chart, 'Monitoring', { serving: chart.node.findChild('Serving') as ModelServing, slo: servingProps().slo, platform: aPlatform() });
    const manifests = Testing.synth(chart);

    expect(objectOf(manifests, 'VirtualService').spec.gateways).toEqual([objectOf(manifests, 'Gateway').metadata.name]);
    expect(objectOf(manifests, 'VirtualService').spec.http[0].match).toEqual([{ uri: { prefix: '/' } }]);
  });

  test('policies can name its pods and its identity', () => {
    const { gateway } = make();

    expect(gateway.peer.peerName).toBe('istio=ingress in istio-ingress');
    expect(gateway.caller.callerName).toBe('istio-ingress in istio-ingress');
  });
});

describe('on the Gateway API', () => {
  test('a listener for each host, one that redirects, and routes of known namespaces only', () => {
    const { app, gateway, manifests } = make({ ingress: shared, hosts: [HOST, '*.fraud.example.com'] });
    accept(gateway);
    gateway.addRoute(serve(app).serving, { paths: ['/fraud'], hosts: ['eu.fraud.example.com'] });
    const { spec } = objectOf(manifests(), 'Gateway');
    const [redirect, route] = manifests().filter(({ kind }) => kind === 'HTTPRoute');
    const allowedRoutes = {
      namespaces: { from: 'Selector', selector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['edge', 'ml'] }] } },
    };
    const tls = { mode: 'Terminate', certificateRefs: [{ group: '', kind: 'Secret', name: 'models-tls' }] };

    expect(spec.listeners).toEqual([
      { name: 'https-1', hostname: HOST, port: 443, protocol: 'HTTPS', tls, allowedRoutes },
      { name: 'https-2', hostname: '*.fraud.example.com', port: 443, protocol: 'HTTPS', tls, allowedRoutes },
      { name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'Same' } } },
    ]);
    expect(redirect.spec.rules).toEqual([{ filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } }] }]);
    expect(route.metadata.namespace).toBe('ml');
    expect(route.spec.parentRefs.map(({ name, namespace, sectionName }: any) => [name, namespace, sectionName])).toEqual([['models', 'edge', 'https-2']]);
    expect(route.spec.rules[0].backendRefs).toEqual([{ group: '', kind: 'Service', name: 'fraud-detection', port: 8080, weight: 1 }]);
  });

  test('a certificate of another namespace is granted by name', () => {
    const { metadata, spec } = objectOf(make({ ingress: shared, tls: GatewayTls.fromSecret('models-tls', 'certificates') }).manifests(), 'ReferenceGrant');

    expect(metadata.namespace).toBe('certificates');
    expect(spec).toEqual({
      from: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: 'edge' }], to: [{ group: '', kind: 'Secret', name: 'models-tls' }],
    });
  });

  test('a certificate is issued beside the Gateway', () => {
    const tls = GatewayTls.certManager({ issuer: 'ca', issuerKind: CertificateIssuerKind.ISSUER });
    const { metadata, spec } = objectOf(make({ ingress: shared, tls }).manifests(), 'Certificate');

    expect([metadata.namespace, spec.issuerRef.kind]).toEqual(['edge', 'Issuer']);
  });

  test('a rollout steers an HTTPRoute below it, and callers in the mesh by their waypoint', () => {
    const { app, gateway } = make({ ingress: shared });
    accept(gateway);
    const router = gateway.routerFor({ paths: ['/fraud'], waypoint: 'waypoint' });
    const { chart } = serve(app, { strategy: RolloutStrategy.canary({ router }), callers: [gateway.peer] });
    const manifests = Testing.synth(chart);

    expect(router.routerName).toBe('Gateway API');
    expect(objectOf(manifests, 'HTTPRoute').spec.parentRefs[0]).toMatchObject({ name: 'models', namespace: 'edge', sectionName: 'https' });
    expect(manifests.filter(({ kind }) => kind === 'Service').map(({ metadata }) => metadata.labels['istio.io/use-waypoint'])).toEqual(['waypoint', 'waypoint']);
    expect(gateway.routerFor({ paths: ['/other'] }).capabilities.weights).toBe(true);
  });

  test('longer paths win, so a model may be below another', () => {
    const { gateway } = make({ ingress: shared });
    gateway.routerFor({ paths: ['/v2'] });

    expect(() => gateway.routerFor({ paths: ['/v2/models/fraud'] })).not.toThrow();
  });

  test('its pods are where and what their implementation makes them, or as it is said', () => {
    const others = Ingress.gatewayApi({ gatewayClassName: 'eg', namespace: 'envoy', podLabels: { app: 'envoy' }, serviceAccountName: 'envoy' });

    expect(make({ ingress: shared }).gateway.peer.peerName).toBe('gateway.networking.k8s.io/gateway-name=models in edge');
    expect(make({ ingress: shared }).gateway.caller.callerName).toBe('models-istio in edge');
    expect(make({ ingress: others }).gateway.caller.callerName).toBe('envoy in envoy');
  });
});

test('a model that is watched and lets the gateway in leaves nothing to find, whoever steers its routes', () => {
  const { app, gateway } = make();
  const { chart, serving } = serve(app, { strategy: RolloutStrategy.canary({ router: gateway.routerFor({ paths: ['/fraud'] }) }), callers: [gateway.peer] });
  new Monitoring(chart, 'Monitoring', { serving, slo: servingProps().slo, platform: aPlatform() });

  expect(Findings.of(gateway).list()).toEqual([]);
});

test('a model of somebody else may let in whom it likes', () => {
  const { chart, gateway } = make();
  gateway.addRoute(ModelServing.fromServingAttributes(chart, 'Imported', {
    modelName: 'churn',
    serviceName: 'churn',
    servicePort: 80,
    servingNamespace: 'edge',
    podLabels: { app: 'churn' },
    metrics: servingProps().server.metrics,
    scrapeEndpoints: [],
    owner: servingProps().owner,
  }), { paths: ['/churn'] });

  expect(Findings.of(gateway).list().map(({ ruleId }) => ruleId)).toEqual(['gateway/unmonitored']);
});

test('a wildcard stands for one or more labels, and not for none', () => {
  expect([serves('*.example.com', 'a.example.com'), serves('*.example.com', 'example.com'), serves('*.example.com', 'a.b.example.com'), serves('a.example.com', 'b.example.com')])
    .toEqual([true, false, true, false]);
});
