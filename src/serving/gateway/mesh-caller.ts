import { TokenIssuer } from './token-issuer';
import { InputProblems } from '../../private/input-error';
import { checkNamespaceName, checkObjectName } from '../../private/routes';

/** Somebody in the mesh who may call a model: an identity that mutual TLS proves, not an address. */
export class MeshCaller {
  /**
   * Pods that run as a ServiceAccount.
   *
   * @param namespace its namespace
   * @param serviceAccountName its name
   * @throws if no object can have the names
   */
  public static serviceAccount(namespace: string, serviceAccountName: string): MeshCaller {
    const problems = new InputProblems();
    checkNamespaceName('namespace', namespace, problems);
    checkObjectName('serviceAccountName', serviceAccountName, problems);
    problems.throwAll();
    return new MeshCaller(`${serviceAccountName} in ${namespace}`, { serviceAccount: `ns/${namespace}/sa/${serviceAccountName}` }, undefined);
  }

  /**
   * Every pod of a namespace.
   *
   * @param namespace its name
   * @throws if no namespace can have the name
   */
  public static namespace(namespace: string): MeshCaller {
    const problems = new InputProblems();
    checkNamespaceName('namespace', namespace, problems);
    problems.throwAll();
    return new MeshCaller(`namespace ${namespace}`, { namespace }, undefined);
  }

  private constructor(
    /** How the report calls it. */
    public readonly callerName: string,
    private readonly identity: { readonly serviceAccount?: string; readonly namespace?: string },
    /** Who has to vouch for its requests, beside its own identity. */
    public readonly token: TokenIssuer | undefined,
  ) {}

  /**
   * The same caller, whose requests must carry a token: for a gateway, which calls in the name of others.
   *
   * @param issuer who issues the tokens
   */
  public withToken(issuer: TokenIssuer): MeshCaller {
    return new MeshCaller(this.callerName, this.identity, issuer);
  }

  /**
   * The caller in the words of an AuthorizationPolicy.
   *
   * @internal
   */
  public _toSource(trustDomain: string): any {
    const { serviceAccount, namespace } = this.identity;
    return {
      principals: serviceAccount === undefined ? undefined : [`${trustDomain}/${serviceAccount}`],
      namespaces: namespace === undefined ? undefined : [namespace],
      requestPrincipals: this.token === undefined ? undefined : [`${this.token.issuer}/*`],
    };
  }
}
