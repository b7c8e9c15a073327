import { Size } from 'cdk8s';
import { Cpu, ContainerRestartPolicy } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { AuthContext, AuthParts, PORT } from './auth-parts';
import { OidcMlflowAuthOptions } from './mlflow-auth-options';
import { NetworkPeer } from '../../core/network-peer';
import { environmentOf } from '../../core/pods/environment';

/** Port of the server behind the proxy, which nobody else reaches. */
export const BEHIND = PORT + 1;

/** A proxy in every pod that asks an identity provider. */
export function oidcParts(scope: Construct, _context: AuthContext, options: OidcMlflowAuthOptions): AuthParts {
  const publicUrl = options.publicUrl.replace(/\/+$/, '');
  return {
    proxy: {
      name: 'oauth2-proxy',
      image: options.image,
      resources: options.resources ?? { cpu: { request: Cpu.millis(50) }, memory: { request: Size.mebibytes(64), limit: Size.mebibytes(128) } },
      env: environmentOf(scope, {}, {
        OAUTH2_PROXY_CLIENT_ID: options.clientId, OAUTH2_PROXY_CLIENT_SECRET: options.clientSecret, OAUTH2_PROXY_COOKIE_SECRET: options.cookieSecret,
      }),
      fields: {
        args: [
          '--provider=oidc',
          `--oidc-issuer-url=${options.issuerUrl}`,
          `--redirect-url=${publicUrl}/oauth2/callback`,
          `--http-address=0.0.0.0:${PORT}`,
          `--upstream=http://127.0.0.1:${BEHIND}`,
          '--reverse-proxy=true',
          ...(options.emailDomains ?? ['*']).map((domain) => `--email-domain=${domain}`),
          ...(options.allowedGroups ?? []).map((group) => `--allowed-group=${group}`),
          '--skip-provider-button=true',
          // programs send a token and want an answer, not the page of a login
          '--skip-jwt-bearer-tokens=true',
          '--api-route=^/(api|ajax-api)/',
          // probes and Prometheus have no token
          '--skip-auth-route=GET=^/(health|version|metrics)$',
        ],
        ports: [{ name: 'http', containerPort: PORT, protocol: 'TCP' }],
        restartPolicy: ContainerRestartPolicy.ALWAYS,
      },
    },
    publicHosts: [new URL(publicUrl).host],
    egress: [options.reachedAt ?? NetworkPeer.anyHttps('MLflow asks the identity provider')],
    clientSecrets: options.clientToken ? { MLFLOW_TRACKING_TOKEN: options.clientToken } : {},
  };
}
