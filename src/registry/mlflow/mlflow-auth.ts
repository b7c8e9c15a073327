import { Construct } from 'constructs';
import { AuthContext, AuthParts } from './auth-parts';
import { basicAuthParts } from './basic-auth';
import { BasicMlflowAuthOptions, OidcMlflowAuthOptions } from './mlflow-auth-options';
import { oidcParts } from './oidc-proxy';
import { InputError, InputProblems } from '../../private/input-error';
import { requireWebAddress } from '../../private/web-address';

/** Who an MLflow server lets in. */
export class MlflowAuth {
  /**
   * Users and permissions of MLflow itself.
   *
   * @param options the first user, the key of the session, what workloads log in with
   * @throws if only half of the login of workloads is given
   * @see https://mlflow.org/docs/latest/self-hosting/security/basic-http-auth/
   */
  public static basic(options: BasicMlflowAuthOptions): MlflowAuth {
    if ((options.clientUsername === undefined) !== (options.clientPassword === undefined)) {
      throw new InputError('registry/half-a-login',
        `'clientUsername' and 'clientPassword' belong together, got only '${options.clientUsername ? 'clientUsername' : 'clientPassword'}'`);
    }
    return new MlflowAuth((scope, context) => basicAuthParts(scope, context, options));
  }

  /**
   * An identity provider, through a proxy in every pod: the server itself listens to the proxy only. People log in; programs send a token
   * (`MLFLOW_TRACKING_TOKEN`) that the provider signed.
   *
   * @param options provider, client, secrets of the proxy
   * @throws if an address is malformed
   * @see https://oauth2-proxy.github.io/oauth2-proxy/configuration/providers/openid_connect
   */
  public static oidc(options: OidcMlflowAuthOptions): MlflowAuth {
    const problems = new InputProblems();
    problems.attempt(() => requireWebAddress('issuerUrl', options.issuerUrl, ['https']));
    problems.attempt(() => requireWebAddress('publicUrl', options.publicUrl, ['https']));
    problems.throwAll();
    return new MlflowAuth((scope, context) => oidcParts(scope, context, options));
  }

  /**
   * Whoever reaches the server may do everything: read every run, move every alias.
   *
   * @param reason why that is well, such as `a namespace of one team`. Stands in the report
   * @throws if the reason is empty
   */
  public static none(reason: string): MlflowAuth {
    if (reason.trim() === '') {
      throw new InputError('registry/open-mlflow', "'reason' must say why whoever reaches MLflow may do everything, got ''; or use MlflowAuth.basic() or MlflowAuth.oidc()");
    }
    return new MlflowAuth(() => ({ notes: [`nobody logs in to MLflow: ${reason.trim()}. The network policy says who reaches it.`] }));
  }

  private constructor(private readonly parts: (scope: Construct, context: AuthContext) => AuthParts) {}

  /**
   * What the server needs for it.
   *
   * @internal
   */
  public _bind(scope: Construct, context: AuthContext): AuthParts {
    return this.parts(scope, context);
  }
}
