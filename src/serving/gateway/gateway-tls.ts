import { Construct } from 'constructs';
import { InputProblems } from '../../private/input-error';
import { Certificate } from '../../private/l1/cert-manager-io';
import { checkNamespaceName, checkObjectName } from '../../private/routes';

/** Kind of an issuer of cert-manager. */
export enum CertificateIssuerKind {
  /** An issuer of the cluster. */
  CLUSTER_ISSUER = 'ClusterIssuer',
  /** An issuer of the namespace that the certificate is in. */
  ISSUER = 'Issuer',
}

/** Options of `GatewayTls.certManager()`. */
export interface CertManagerOptions {
  /** Name of the issuer. */
  readonly issuer: string;
  /**
   * Kind of the issuer.
   *
   * @default CertificateIssuerKind.CLUSTER_ISSUER
   */
  readonly issuerKind?: CertificateIssuerKind;
}

/** Where the certificate of a gateway comes from. No key ever stands in a manifest. */
export abstract class GatewayTls {
  /**
   * A Secret of type `kubernetes.io/tls` that exists.
   *
   * @param secretName name of the Secret
   * @param namespace namespace of the Secret. Left out, it is where the gateway looks first: the namespace of its pods for Istio, that of the Gateway
   * for the Gateway API
   * @throws if no object can have the name
   */
  public static fromSecret(secretName: string, namespace?: string): GatewayTls {
    const problems = new InputProblems();
    checkObjectName('secretName', secretName, problems);
    checkNamespaceName('namespace', namespace, problems);
    problems.throwAll();
    return new ExistingSecret(secretName, namespace);
  }

  /**
   * A Certificate that cert-manager issues and renews.
   *
   * @param options its issuer
   * @throws if no object can have the name
   * @see https://cert-manager.io/docs/usage/certificate/
   */
  public static certManager(options: CertManagerOptions): GatewayTls {
    const problems = new InputProblems();
    checkObjectName('issuer', options.issuer, problems);
    problems.throwAll();
    return new IssuedCertificate(options);
  }

  /**
   * Declare what is needed.
   *
   * @internal
   */
  public abstract _bind(scope: Construct, hosts: string[], namespace: string | undefined): TlsSecret;
}

/** Where the Secret is. */
export interface TlsSecret {
  /** Its name. */
  readonly secretName: string;
  /**
   * Its namespace.
   *
   * @default - where the gateway looks first
   */
  readonly namespace?: string;
}

class ExistingSecret extends GatewayTls {
  public constructor(private readonly secretName: string, private readonly namespace?: string) {
    super();
  }

  public _bind(): TlsSecret {
    return { secretName: this.secretName, namespace: this.namespace };
  }
}

class IssuedCertificate extends GatewayTls {
  public constructor(private readonly options: CertManagerOptions) {
    super();
  }

  public _bind(scope: Construct, hosts: string[], namespace: string | undefined): TlsSecret {
    const { issuer, issuerKind } = this.options;
    const secretName = `${hosts[0].replace('*', 'wildcard').replace(/[.]/g, '-')}-tls`;
    new Certificate(scope, 'Certificate', {
      metadata: { namespace },
      spec: {
        secretName,
        dnsNames: hosts,
        issuerRef: { group: 'cert-manager.io', kind: issuerKind ?? CertificateIssuerKind.CLUSTER_ISSUER, name: issuer },
        // a key that leaked is good for one certificate at most
        privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
        usages: ['digital signature', 'server auth'],
      },
    });
    return { secretName };
  }
}
