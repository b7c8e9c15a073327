import { App, Chart, Testing } from 'cdk8s';
import { MeshAccess, MeshAccessProps, MeshCaller, MeshMode, MetricsBackend, ModelServing, PlatformProfile, TokenIssuer } from '../../../src';
import { factsOf } from '../../../src/private/facts';
import { servingProps } from '../../support/fixtures';
import { objectOf } from '../../support/manifests';

const metrics = MetricsBackend.kubePrometheus({ release: 'monitoring' });
const platformOf = (mesh: MeshMode) => PlatformProfile.of({ metrics, mesh });
const sidecar = platformOf(MeshMode.istioSidecar({ cni: true }));
const tokens = TokenIssuer.of({ issuer: 'https://accounts.example.com', jwksUri: 'https://accounts.example.com/keys', audiences: ['models'] });
const gateway = MeshCaller.serviceAccount('istio-ingress', 'istio-ingress');

function make(overrides: Partial<MeshAccessProps> = {}) {
  const chart = new Chart(new App(), 'fraud', { namespace: 'ml' });
  const serving = new ModelServing(chart, 'Serving', servingProps());
  const access = new MeshAccess(chart, 'Access', { serving, platform: sidecar, callers: [gateway], ...overrides });
  return { manifests: Testing.synth(chart), serving, notes: factsOf(access).notes };
}

test('the pods of the model ask for mutual TLS, and answer callers by their identity', () => {
  const { manifests, serving, notes } = make({ callers: [gateway, MeshCaller.namespace('shop')] });
  const selector = { matchLabels: serving.podLabels };

  expect(objectOf(manifests, 'PeerAuthentication').spec).toEqual({ selector, mtls: { mode: 'STRICT' } });
  expect(objectOf(manifests, 'AuthorizationPolicy').spec).toEqual({
    selector,
    action: 'ALLOW',
    rules: [
      { from: [{ source: { principals: ['cluster.local/ns/istio-ingress/sa/istio-ingress'] } }], to: [{ operation: { ports: ['8080'] } }] },
      { from: [{ source: { namespaces: ['shop'] } }], to: [{ operation: { ports: ['8080'] } }] },
    ],
  });
  expect(notes).toEqual(['In the mesh, fraud-detection answers istio-ingress in istio-ingress, namespace shop, by mutual TLS.']);
});

test('who calls for others needs a token of an issuer whose keys are known, each once', () => {
  const { manifests, serving, notes } = make({ callers: [gateway.withToken(tokens), MeshCaller.namespace('web').withToken(tokens)], trustDomain: 'example.org' });

  expect(objectOf(manifests, 'RequestAuthentication').spec).toEqual({
    selector: { matchLabels: serving.podLabels },
    jwtRules: [{ issuer: 'https://accounts.example.com', jwksUri: 'https://accounts.example.com/keys', audiences: ['models'] }],
  });
  expect(objectOf(manifests, 'AuthorizationPolicy').spec.rules[0].from[0].source).toEqual({
    principals: ['example.org/ns/istio-ingress/sa/istio-ingress'], requestPrincipals: ['https://accounts.example.com/*'],
  });
  expect(notes[0]).toContain('istio-ingress in istio-ingress with a token of https://accounts.example.com');
});

test('the whole namespace asks for mutual TLS where it is ours, by the name that Istio expects', () => {
  const { metadata, spec } = objectOf(make({ wholeNamespace: true }).manifests, 'PeerAuthentication');

  expect(metadata.name).toBe('default');
  expect(spec).toEqual({ mtls: { mode: 'STRICT' } });
});

test('in ambient mode the ports of metrics stay open to those whom the network policy lets in', () => {
  const { manifests } = make({ platform: platformOf(MeshMode.istioAmbient()), wholeNamespace: true });

  expect(objectOf(manifests, 'AuthorizationPolicy').spec.rules.at(-1)).toEqual({ to: [{ operation: { notPorts: ['8080'] } }] });
});

test('without metrics no other port is open, and pods alone may ask in ambient mode', () => {
  const platform = PlatformProfile.of({ metrics: MetricsBackend.none('a laptop'), mesh: MeshMode.istioAmbient() });
  const { manifests } = make({ platform });

  expect(objectOf(manifests, 'AuthorizationPolicy').spec.rules).toHaveLength(1);
  expect(objectOf(manifests, 'PeerAuthentication').spec.selector).toBeDefined();
});

test('nobody may call where nobody is named', () => {
  const { manifests, notes } = make({ callers: [] });

  expect(objectOf(manifests, 'AuthorizationPolicy').spec.rules).toEqual([]);
  expect(notes).toEqual(['In the mesh, fraud-detection answers nobody, by mutual TLS.']);
});
