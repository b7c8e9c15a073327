import { cronJob, deployment, inEveryKind, podMonitor, rollout, said, service } from './support';
import { CanaryWithoutGuardrail } from '../../src/policy/rules/canary-without-guardrail';
import { CustomerFacingWithoutCanary } from '../../src/policy/rules/customer-facing-without-canary';
import { UnmonitoredTraffic } from '../../src/policy/rules/unmonitored-traffic';

describe('adoption/unmonitored-traffic', () => {
  const rule = new UnmonitoredTraffic();
  const of = (apiVersion: string, kind: string, spec: object, metadata = {}) => ({ apiVersion, kind, metadata: { name: 'door', ...metadata }, spec });
  const ingress = (spec: object) => of('networking.k8s.io/v1', 'Ingress', spec);
  const httpRoute = (spec: object, metadata = {}) => of('gateway.networking.k8s.io/v1', 'HTTPRoute', { parentRefs: [{ name: 'public' }], ...spec }, metadata);
  const toFraud = { rules: [{ backendRefs: [{ name: 'fraud', port: 80 }] }] };
  const virtualService = (spec: object) => of('networking.istio.io/v1', 'VirtualService', { gateways: ['public'], ...spec });
  const serviceMonitor = (spec: object = {}) => of('monitoring.coreos.com/v1', 'ServiceMonitor', { selector: { matchLabels: { app: 'fraud' } }, ...spec });

  const doors: [string, any][] = [
    ['a LoadBalancer', service({ type: 'LoadBalancer' })],
    ['a NodePort', service({ type: 'NodePort' })],
    ['an Ingress', ingress({ rules: [{ http: { paths: [{ backend: { service: { name: 'fraud' } } }] } }, { host: 'x' }] })],
    ['the default of an Ingress', ingress({ defaultBackend: { service: { name: 'fraud' } } })],
    ['an HTTPRoute', httpRoute(toFraud)],
    ['a GRPCRoute', { ...httpRoute(toFraud), kind: 'GRPCRoute' }],
    ['a VirtualService at a gateway', virtualService({ http: [{ route: [{ destination: { host: 'fraud' } }] }] })],
    ['a VirtualService by full name', virtualService({ tcp: [{ route: [{ destination: { host: 'fraud.ml.svc.cluster.local' } }] }] })],
  ];
  const here = (manifest: any) => ({ ...manifest, metadata: { ...manifest.metadata, namespace: 'ml' } });

  test.each(doors)('flags %s to what nothing monitors', (_what, door) => {
    const target = door.kind === 'Service' ? here(door) : here(service());

    expect(said(rule, door.kind === 'Service' ? target : here(door), target, here(deployment()))).toHaveLength(1);
  });

  test.each(doors)('accepts %s to what a PodMonitor or a ServiceMonitor scrapes', (_what, door) => {
    const target = door.kind === 'Service' ? here(door) : here(service());
    const manifests = [door.kind === 'Service' ? target : here(door), target, here(deployment())];

    expect(said(rule, ...manifests, here(podMonitor()))).toEqual([]);
    expect(said(rule, ...manifests, here(serviceMonitor()))).toEqual([]);
  });

  test('names the door and the Service', () => {
    expect(said(rule, httpRoute(toFraud), service(), deployment())).toEqual(["HTTPRoute 'door' opens Service 'fraud' to the outside, and nothing monitors what answers"]);
    expect(said(rule, service({ type: 'NodePort' }))).toEqual(["Service 'fraud' opens itself to the outside, and nothing monitors what answers"]);
  });

  test('names a Service once, however many routes lead to it', () => {
    const backendRefs = [{ name: 'fraud', weight: 95 }, { name: 'fraud', weight: 5 }];

    expect(said(rule, httpRoute({ rules: [{ backendRefs }, { backendRefs }, {}] }), service())).toHaveLength(1);
  });

  test('a monitor has to look into the namespace', () => {
    const manifests = [here(service({ type: 'NodePort' })), here(deployment())];

    expect(said(rule, ...manifests, podMonitor())).toHaveLength(1);
    expect(said(rule, ...manifests, podMonitor({ namespaceSelector: { matchNames: [] } }))).toHaveLength(1);
    expect(said(rule, ...manifests, podMonitor({ namespaceSelector: { any: true } }))).toEqual([]);
    expect(said(rule, ...manifests, podMonitor({ namespaceSelector: { matchNames: ['ml', 'other'] } }))).toEqual([]);
  });

  test('a monitor of other pods does not count', () => {
    expect(said(rule, service({ type: 'NodePort' }), deployment(), podMonitor({ selector: { matchLabels: { app: 'other' } } }))).toHaveLength(1);
    expect(said(rule, service({ type: 'NodePort' }), podMonitor())).toHaveLength(1);
  });

  test('a backend of another namespace is found there', () => {
    const route = httpRoute({ rules: [{ backendRefs: [{ name: 'fraud', namespace: 'ml' }] }] });

    expect(said(rule, route, here(service()), here(deployment()))).toHaveLength(1);
    expect(said(rule, route, service(), deployment())).toEqual([]);
  });

  test.each([
    ['a Service inside the cluster', [service()]],
    ['a route inside the mesh', [httpRoute({ ...toFraud, parentRefs: [{ kind: 'Service', name: 'fraud' }] }), service()]],
    ['a route without a parent', [httpRoute({ ...toFraud, parentRefs: undefined }), service()]],
    ['a route to something else than a Service', [httpRoute({ rules: [{ backendRefs: [{ kind: 'InferencePool', name: 'fraud' }] }] }), service()]],
    ['a VirtualService inside the mesh', [virtualService({ gateways: ['mesh'], http: [{ route: [{ destination: { host: 'fraud' } }] }] }), service()]],
    ['a VirtualService without gateways', [virtualService({ gateways: undefined, http: [{ route: [{ destination: { host: 'fraud' } }] }] }), service()]],
    ['a VirtualService that redirects', [virtualService({ http: [{ redirect: {} }, { route: [{}] }] }), service()]],
    ['a Service that is not among the manifests', [httpRoute(toFraud)]],
    ['a Service without a selector', [service({ type: 'LoadBalancer', selector: undefined })]],
    ['an Ingress to a bucket', [ingress({ defaultBackend: { resource: {} } })]],
    ['a Gateway, whose routes decide', [of('gateway.networking.k8s.io/v1', 'Gateway', {})]],
  ])('accepts %s', (_what, manifests) => {
    expect(said(rule, ...manifests)).toEqual([]);
  });
});

describe('adoption/canary-without-guardrail', () => {
  const rule = new CanaryWithoutGuardrail();

  test('flags a canary that only waits', () => {
    expect(said(rule, rollout({ steps: [{ setWeight: 5 }, { pause: { duration: '30m' } }] }))).toHaveLength(1);
    expect(said(rule, rollout({}))).toHaveLength(1);
  });

  test.each([
    ['an analysis in the background', rollout({ analysis: { templates: [] }, steps: [{ setWeight: 5 }] })],
    ['an analysis as a step', rollout({ steps: [{ setWeight: 5 }, { analysis: { templates: [] } }] })],
    ['an experiment', rollout({ steps: [{ experiment: {} }] })],
    ['a blue-green rollout', { ...rollout({}), spec: { strategy: { blueGreen: {} } } }],
    ['a Deployment', deployment()],
  ])('accepts %s', (_what, manifest) => {
    expect(said(rule, manifest)).toEqual([]);
  });
});

describe('adoption/customer-facing-without-canary', () => {
  const rule = new CustomerFacingWithoutCanary();
  const mark = { 'cdk8s-mlops.io/customer-facing': 'true' };
  const marked = (manifest: any) => ({ ...manifest, metadata: { ...manifest.metadata, annotations: mark } });

  test('flags a Deployment that is marked by annotation or label, on itself or on its pods', () => {
    expect(said(rule, marked(deployment()))).toHaveLength(1);
    expect(said(rule, deployment({}, {}, { labels: mark }))).toHaveLength(1);
    expect(said(rule, deployment({}, { template: { metadata: { labels: mark }, spec: {} } }))).toHaveLength(1);
  });

  test.each([
    ['a blue-green Rollout', { ...rollout({}), spec: { ...rollout({}).spec, strategy: { blueGreen: {} } } }],
    ['a canary without stages', rollout({ steps: [{ pause: {} }] })],
    ['a model server without a share', inEveryKind({}).InferenceService],
    ['Knative with all traffic on one revision', inEveryKind({})['Knative Service']],
  ])('flags %s', (_what, manifest) => {
    expect(said(rule, marked(manifest))).toHaveLength(1);
  });

  test.each([
    ['a canary by weight', rollout({ steps: [{ setWeight: 5 }] })],
    ['a canary by pods', rollout({ steps: [{ setCanaryScale: { replicas: 1 } }] })],
    ['a model server with a share', { ...inEveryKind({}).InferenceService, spec: { predictor: { canaryTrafficPercent: 5 } } }],
    ['Knative with a split', {
      ...inEveryKind({})['Knative Service'],
      spec: { ...inEveryKind({})['Knative Service'].spec, traffic: [{ percent: 95 }, { percent: 5 }, { tag: 'dark' }] },
    }],
  ])('accepts %s', (_what, manifest) => {
    expect(said(rule, marked(manifest))).toEqual([]);
  });

  test('accepts what is not marked, or says that it is not', () => {
    expect(said(rule, deployment())).toEqual([]);
    expect(said(rule, deployment({}, {}, { labels: { 'cdk8s-mlops.io/customer-facing': 'false' } }))).toEqual([]);
    expect(said(rule, marked(service()))).toEqual([]);
    expect(said(rule, cronJob())).toEqual([]);
  });
});
