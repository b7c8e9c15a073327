import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { MeshCaller } from './mesh-caller';
import { TokenIssuer } from './token-issuer';
import { PlatformProfile } from '../../core/platform-profile';
import { factsOf } from '../../private/facts';
import { InputProblems } from '../../private/input-error';
import { AuthorizationPolicy, PeerAuthentication, RequestAuthentication } from '../../private/l1/security-istio-io';
import { IModelServing } from '../serving';

/** Properties of `MeshAccess`. */
export interface MeshAccessProps {
  /** The model that is called. */
  readonly serving: IModelServing;
  /** What the cluster has. */
  readonly platform: PlatformProfile;
  /** Who may call it. An empty list closes the model to everybody. */
  readonly callers: MeshCaller[];
  /**
   * Whether the whole namespace asks for mutual TLS, by its policy `default`. Only where the namespace is yours: it holds for every pod in it, those
   * of others included. Otherwise the pods of the model alone ask for it.
   *
   * @default false
   */
  readonly wholeNamespace?: boolean;
  /**
   * Trust domain of the mesh.
   *
   * @default cluster.local
   */
  readonly trustDomain?: string;
}

/**
 * Who may call a model in the mesh: mutual TLS that is asked for, callers by the identity that it proves, and tokens where callers act for others.
 * A network policy knows addresses of pods; this knows who they are.
 *
 * What Prometheus scrapes in plain text is let through: see `serving/metrics-behind-mutual-tls`.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/
 */
export class MeshAccess extends Construct {
  /**
   * @throws if there is no mesh, or it could not do what is asked for
   */
  public constructor(scope: Construct, id: string, props: MeshAccessProps) {
    super(scope, id);
    const { serving, platform, callers, wholeNamespace = false, trustDomain = 'cluster.local' } = props;
    const issuers = issuersOf(callers);
    requireSense(scope, id, props, issuers);

    const selector = { matchLabels: serving.podLabels };
    const port = `${serving.servicePort}`;
    new PeerAuthentication(this, 'MutualTls', {
      metadata: wholeNamespace ? { name: 'default' } : undefined,
      spec: { selector: wholeNamespace ? undefined : selector, mtls: { mode: 'STRICT' } },
    });
    if (issuers.length > 0) {
      new RequestAuthentication(this, 'Tokens', {
        spec: { selector, jwtRules: issuers.map(({ issuer, jwksUri, audiences }) => ({ issuer, jwksUri, audiences })) },
      });
    }
    new AuthorizationPolicy(this, 'Callers', {
      spec: {
        selector,
        action: 'ALLOW',
        rules: [
          ...callers.map((caller) => ({ from: [{ source: caller._toSource(trustDomain) }], to: [{ operation: { ports: [port] } }] })),
          // the node's proxy stands before every port; a sidecar leaves those of metrics alone
          ...platform.mesh.mode === 'istio-ambient' && platform.metrics.isAvailable ? [{ to: [{ operation: { notPorts: [port] } }] }] : [],
        ],
      },
    });
    const names = callers.map(({ callerName, token }) => `${callerName}${token ? ` with a token of ${token.issuer}` : ''}`);
    factsOf(this).notes.push(`In the mesh, ${serving.modelName} answers ${names.join(', ') || 'nobody'}, by mutual TLS.`);
  }
}

function issuersOf(callers: MeshCaller[]): TokenIssuer[] {
  const issuers = callers.map(({ token }) => token).filter((token): token is TokenIssuer => token !== undefined);
  return issuers.filter(({ issuer }, i) => issuers.findIndex((other) => other.issuer === issuer) === i);
}

function requireSense(scope: Construct, id: string, { serving, platform, wholeNamespace }: MeshAccessProps, issuers: TokenIssuer[]): void {
  const problems = new InputProblems();
  const { mode } = platform.mesh;
  if (mode === 'none') {
    problems.add('mesh-access/no-mesh', 'the platform profile has no mesh that could tell callers apart; give it MeshMode.istioSidecar() or MeshMode.istioAmbient()');
  }
  const namespace = Chart.of(scope).namespace ?? '';
  if (serving.servingNamespace !== namespace) {
    problems.add('mesh-access/other-namespace',
      `the policies would be in namespace '${namespace}' and select no pod of '${serving.modelName}', which is in '${serving.servingNamespace}'; declare them in its chart`);
  }
  if (mode === 'istio-ambient' && !wholeNamespace && platform.metrics.isAvailable && serving.metrics.port !== serving.servicePort) {
    problems.add('mesh-access/second-policy',
      `the pods of '${serving.modelName}' have a PeerAuthentication for the ports that Prometheus scrapes, and Istio obeys only one for each pod; `
      + 'say wholeNamespace: true, where the namespace is yours');
  }
  if (mode === 'istio-ambient' && issuers.length > 0) {
    problems.add('mesh-access/tokens-in-ambient',
      `the proxy of a node in ambient mode reads no tokens, and ${issuers.map(({ issuer }) => issuer).join(', ')} would not be asked; check them at the gateway or in a waypoint`);
  }
  problems.throwAt(scope, id);
}
