import { ApiObject, ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';

/** @see https://external-secrets.io/latest/api/spec/#external-secrets.io/v1.ExternalSecretSpec */
export interface ExternalSecretSpec {
  readonly refreshInterval: string;
  readonly secretStoreRef: { readonly name: string; readonly kind: string };
  /** Without a name the Secret is called like the ExternalSecret. */
  readonly target: { readonly creationPolicy: string; readonly deletionPolicy: string };
  readonly data: { readonly secretKey: string; readonly remoteRef: { readonly key: string; readonly property?: string } }[];
}

/** `external-secrets.io/v1` ExternalSecret, served since External Secrets Operator 0.16. */
export class ExternalSecret extends ApiObject {
  public constructor(scope: Construct, id: string, props: { readonly metadata?: ApiObjectMetadata; readonly spec: ExternalSecretSpec }) {
    super(scope, id, { apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret', ...props });
  }
}
