import { App, Chart, Testing } from 'cdk8s';
import {
  CanaryRollout, Findings, GatewayTls, Guardrail, InferenceGateway, InferenceGatewayProps, Ingress, MeshAccess, MeshAccessProps, MeshCaller, MeshMode,
  MetricsBackend, ModelServing, NetworkPeer, PlatformProfile, TokenIssuer,
} from '../../../src';
import { ErrorCase } from '../../support/error-case';
import { aPlatform, servingProps, someMetrics } from '../../support/fixtures';

const props: InferenceGatewayProps = { hosts: ['models.example.com'], tls: GatewayTls.fromSecret('models-tls'), ingress: Ingress.istio() };
const gateway = (overrides: Partial<InferenceGatewayProps> = {}, namespace?: string) =>
  new InferenceGateway(new Chart(new App(), 'test', { namespace }), 'Gateway', { ...props, ...overrides });
const shared = Ingress.gatewayApi({ gatewayClassName: 'istio' });
const issuer = { issuer: 'https://accounts.example.com', jwksUri: 'https://accounts.example.com/keys', audiences: ['models'] };
const ambient = PlatformProfile.of({ metrics: MetricsBackend.kubePrometheus({ release: 'monitoring' }), mesh: MeshMode.istioAmbient() });

function served(overrides = {}) {
  const chart = new Chart(new App(), 'test', { namespace: 'ml' });
  const edge = new InferenceGateway(chart, 'Gateway', props);
  edge.addRoute(new ModelServing(chart, 'Serving', servingProps({ callers: [edge.peer], ...overrides })), { paths: ['/'] });
  return Findings.of(chart).list();
}

const access = (overrides: Partial<MeshAccessProps>, namespace = 'ml') => () => {
  const app = new App();
  const serving = new ModelServing(new Chart(app, 'model', { namespace: 'ml' }), 'Serving', servingProps());
  return new MeshAccess(new Chart(app, 'test', { namespace }), 'Access', { serving, platform: ambient, callers: [], ...overrides });
};

export const cases: ErrorCase[] = [
  {
    id: 'gateway/no-hosts',
    when: 'a gateway for any host',
    provoke: () => gateway({ hosts: [] }),
    message: "[test/Gateway] 'hosts' must name the hosts that callers use, got none; a gateway for any host serves those of others (gateway/no-hosts)",
  },
  {
    id: 'gateway/host-repeated',
    when: 'a host twice',
    provoke: () => gateway({ hosts: ['a.example.com', 'a.example.com'] }),
    message: "[test/Gateway] 'hosts' must name each host once, got 'a.example.com' twice (gateway/host-repeated)",
  },
  {
    id: 'gateway/secret-out-of-reach',
    when: 'a certificate in a namespace that Istio does not read',
    provoke: () => gateway({ tls: GatewayTls.fromSecret('models-tls', 'certificates') }),
    message: "[test/Gateway] Istio reads certificates in the namespace of the gateway's pods, 'istio-ingress', and no other, got 'certificates'; "
      + 'put the Secret there (gateway/secret-out-of-reach)',
  },
  {
    id: 'gateway/certificate-out-of-reach',
    when: 'a certificate that has to name a gateway without a namespace',
    provoke: () => gateway({ ingress: shared, tls: GatewayTls.fromSecret('models-tls', 'certificates') }),
    message: "[test/Gateway] the certificate 'models-tls' is in namespace 'certificates', which has to name the namespace of the gateway, and its chart has none; "
      + 'give it one (gateway/certificate-out-of-reach)',
  },
  {
    id: 'gateway/no-pod-labels',
    when: 'a gateway on every pod of a namespace',
    provoke: () => Ingress.istio({ podLabels: {} }),
    message: "'podLabels' must tell the pods of the gateway from others, got none; every pod of the namespace would serve it (gateway/no-pod-labels)",
  },
  {
    id: 'gateway/identity-unknown',
    when: 'the identity of a gateway in no known namespace',
    provoke: () => gateway({ ingress: shared }).caller,
    message: "the identity of gateway 'test/Gateway' has a namespace, and its chart has none; give it one (gateway/identity-unknown)",
  },
  {
    id: 'gateway/namespace-unknown',
    when: 'a model in no known namespace behind a gateway in a known one',
    provoke: () => {
      const edge = gateway({}, 'edge');
      edge.addRoute(new ModelServing(Testing.chart(), 'Serving', servingProps()), { paths: ['/'] });
    },
    message: "[test/Gateway] 'the gateway' has a namespace and 'fraud-detection' has none, so one could not refer to the other; "
      + 'give both charts a namespace (gateway/namespace-unknown)',
  },
  {
    id: 'gateway/namespace-unknown',
    when: 'a rollout in a known namespace behind a gateway in none',
    provoke: () => new CanaryRollout(new Chart(new App(), 'test', { namespace: 'ml' }), 'Canary', {
      containers: [{ image: 'registry.example.com/fraud/server', portNumber: 8080 }],
      router: gateway({ ingress: shared }).routerFor({ paths: ['/'] }),
      guardrails: [Guardrail.errorRatioBelow(0.01)],
      metrics: someMetrics(),
      platform: aPlatform(),
      port: 8080,
      serviceName: 'fraud',
    }),
    message: "[test/Canary] 'fraud' has a namespace and 'the gateway' has none, so one could not refer to the other; give both charts a namespace (gateway/namespace-unknown)",
  },
  {
    id: 'gateway/no-paths',
    when: 'a route without paths',
    provoke: () => gateway().routerFor({ paths: [] }),
    message: "[test/Gateway] 'paths' must name the beginnings of the paths that lead to the model, got none; say '/' for all (gateway/no-paths)",
  },
  {
    id: 'gateway/host-not-served',
    when: 'a route for a host of another gateway',
    provoke: () => gateway().routerFor({ paths: ['/'], hosts: ['fraud.example.com'] }),
    message: "[test/Gateway] 'hosts' must be among those of the gateway (models.example.com), got 'fraud.example.com'; "
      + 'add it to the gateway, and to its certificate (gateway/host-not-served)',
  },
  {
    id: 'gateway/path-taken',
    when: 'two models below one path, of which Istio picks one',
    provoke: () => {
      const edge = gateway();
      edge.routerFor({ paths: ['/v2'] });
      edge.routerFor({ paths: ['/v2/models/fraud'] });
    },
    message: "[test/Gateway] 'paths' must lead to one model each, got '/v2/models/fraud' beside '/v2'; Istio does not say which of two VirtualServices comes first, "
      + 'so keep one from being the beginning of the other (gateway/path-taken)',
  },
  {
    id: 'gateway/path-taken',
    when: 'two models at one path',
    provoke: () => {
      const edge = gateway({ ingress: shared });
      edge.routerFor({ paths: ['/v2', '/v3'] });
      edge.routerFor({ paths: ['/v2/models', '/v3/'] });
    },
    message: "[test/Gateway] 'paths' must lead to one model each, got '/v3/' beside '/v3'; give one of them another (gateway/path-taken)",
  },
  {
    id: 'gateway/unmonitored',
    when: 'a gateway in front of a model that nobody watches',
    provoke: () => served(),
    message: "[test/Gateway] the gateway opens 'fraud-detection' to the outside, and nothing monitors what answers; "
      + 'watch it with Monitoring, or acknowledge what watches it (gateway/unmonitored)',
  },
  {
    id: 'gateway/not-let-in',
    when: 'a model whose network policy refuses the gateway',
    provoke: () => served({ callers: [NetworkPeer.namespace('web')] }),
    message: "[test/Gateway] the network policy of 'fraud-detection' does not let the pods of the gateway in (istio=ingress in istio-ingress); "
      + "add the gateway's 'peer' to the callers of the model (gateway/not-let-in)",
  },
  {
    id: 'mesh-access/no-mesh',
    when: 'identities without a mesh',
    provoke: access({ platform: aPlatform() }),
    message: '[test/Access] the platform profile has no mesh that could tell callers apart; give it MeshMode.istioSidecar() or MeshMode.istioAmbient() (mesh-access/no-mesh)',
  },
  {
    id: 'mesh-access/other-namespace',
    when: 'policies beside another namespace',
    provoke: access({ wholeNamespace: true }, 'web'),
    message: "[test/Access] the policies would be in namespace 'web' and select no pod of 'fraud-detection', which is in 'ml'; declare them in its chart (mesh-access/other-namespace)",
  },
  {
    id: 'mesh-access/second-policy',
    when: 'a second PeerAuthentication for the same pods',
    provoke: access({}),
    message: "[test/Access] the pods of 'fraud-detection' have a PeerAuthentication for the ports that Prometheus scrapes, and Istio obeys only one for each pod; "
      + 'say wholeNamespace: true, where the namespace is yours (mesh-access/second-policy)',
  },
  {
    id: 'mesh-access/tokens-in-ambient',
    when: 'tokens that nothing reads',
    provoke: access({ wholeNamespace: true, callers: [MeshCaller.namespace('web').withToken(TokenIssuer.of(issuer))] }),
    message: '[test/Access] the proxy of a node in ambient mode reads no tokens, and https://accounts.example.com would not be asked; '
      + 'check them at the gateway or in a waypoint (mesh-access/tokens-in-ambient)',
  },
  {
    id: 'token/malformed-issuer',
    when: 'any issuer of tokens',
    provoke: () => TokenIssuer.of({ ...issuer, issuer: '*' }),
    message: "'issuer' must be the 'iss' of the tokens, such as 'https://accounts.example.com', got '*' (token/malformed-issuer)",
  },
  {
    id: 'token/malformed-keys',
    when: 'keys that are fetched in plain text',
    provoke: () => TokenIssuer.of({ ...issuer, jwksUri: 'http://accounts.example.com/keys' }),
    message: "'jwksUri' must begin with 'https://', got 'http://accounts.example.com/keys'; who can change the keys can call the model (token/malformed-keys)",
  },
  {
    id: 'token/no-audiences',
    when: 'tokens for whatever purpose',
    provoke: () => TokenIssuer.of({ ...issuer, audiences: [] }),
    message: "'audiences' must name whom the tokens are for, got none; every token of the issuer, for whatever purpose, would do (token/no-audiences)",
  },
];
