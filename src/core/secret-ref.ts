import { createHash } from 'crypto';
import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { declareControllerFields } from '../private/controller-fields';
import { InputProblems } from '../private/input-error';
import { isSubdomain } from '../private/kubernetes-names';
import { ExternalSecret } from '../private/l1/external-secrets-io';

/** A key of a Secret in the namespace of the workload that reads it. */
export interface SecretKey {
  /** Name of the Secret. */
  readonly secretName: string;
  /** Key inside it. */
  readonly key: string;
}

/** Kind of a store of External Secrets. */
export enum ExternalSecretStoreKind {
  /** A store of the namespace. */
  SECRET_STORE = 'SecretStore',
  /** A store of the cluster. */
  CLUSTER_SECRET_STORE = 'ClusterSecretStore',
}

/** Options of `SecretRef.externalSecret()`. */
export interface ExternalSecretOptions {
  /** Name of the store. */
  readonly store: string;
  /**
   * Kind of the store.
   *
   * @default ExternalSecretStoreKind.SECRET_STORE
   */
  readonly storeKind?: ExternalSecretStoreKind;
  /** Name of the secret in the store, such as `prod/fraud/database`. */
  readonly remoteKey: string;
  /**
   * Field of a secret that holds several, such as `password`.
   *
   * @default - the whole secret
   */
  readonly property?: string;
  /**
   * How often the store is asked for a new value. `Duration.seconds(0)` for once.
   *
   * @default Duration.hours(1)
   */
  readonly refreshInterval?: Duration;
}

/** A secret value by reference: no value ever stands in a manifest. */
export abstract class SecretRef {
  /**
   * A Secret that exists in the namespace.
   *
   * @param secretName name of the Secret
   * @param key key inside it
   * @throws if Kubernetes would refuse the name or the key
   */
  public static existing(secretName: string, key: string): SecretRef {
    const problems = new InputProblems();
    if (!isSubdomain(secretName)) {
      problems.add('secret/malformed-name',
        `'secretName' must be at most 253 lower-case letters, digits, '-' and '.', starting and ending with a letter or digit, got '${secretName}'`);
    }
    if (!/^[-._a-zA-Z0-9]{1,253}$/.test(key)) {
      problems.add('secret/malformed-key', `'key' must be at most 253 letters, digits, '-', '_' and '.', got '${key}'`);
    }
    problems.throwAll();
    return new ExistingSecret(secretName, key);
  }

  /**
   * A secret of a store outside the cluster, such as AWS Secrets Manager or Vault, which External Secrets Operator 0.16 or newer copies into the
   * namespace. Pods that read it from their environment see a new value after a restart.
   *
   * @param options store and name of the secret
   * @throws if a name is empty or malformed
   * @see https://external-secrets.io/latest/api/externalsecret/
   */
  public static externalSecret(options: ExternalSecretOptions): SecretRef {
    const problems = new InputProblems();
    if (!isSubdomain(options.store)) {
      problems.add('secret/malformed-store',
        `'store' must be the name of a SecretStore: lower-case letters, digits, '-' and '.', got '${options.store}'`);
    }
    if (options.remoteKey.trim() === '') {
      problems.add('secret/empty-remote-key', `'remoteKey' must name a secret of the store '${options.store}', got '${options.remoteKey}'`);
    }
    if (options.property?.trim() === '') {
      problems.add('secret/empty-property', `'property' must name a field of '${options.remoteKey}', got '${options.property}'; leave it out for the whole secret`);
    }
    problems.throwAll();
    return new RemoteSecret(options);
  }

  /**
   * Declare what the reference needs, and say where the value will be.
   *
   * @param scope where objects may be declared. The same reference in the same scope is declared once
   */
  public abstract bind(scope: Construct): SecretKey;
}

class ExistingSecret extends SecretRef {
  public constructor(private readonly secretName: string, private readonly key: string) {
    super();
  }

  public bind(_scope: Construct): SecretKey {
    return { secretName: this.secretName, key: this.key };
  }
}

class RemoteSecret extends SecretRef {
  public constructor(private readonly options: ExternalSecretOptions) {
    super();
  }

  public bind(scope: Construct): SecretKey {
    const { store, storeKind, remoteKey, property, refreshInterval } = this.options;
    const spec = {
      refreshInterval: `${(refreshInterval ?? Duration.hours(1)).toSeconds()}s`,
      secretStoreRef: { name: store, kind: storeKind ?? ExternalSecretStoreKind.SECRET_STORE },
      data: [{ secretKey: 'value', remoteRef: { key: remoteKey, property, ...DEFAULTS } }],
    };
    const id = `ExternalSecret-${createHash('sha256').update(JSON.stringify(spec)).digest('hex').slice(0, 8)}`;
    const declared = scope.node.tryFindChild(id) as ExternalSecret | undefined ?? declare(scope, id, spec);
    return { secretName: declared.name, key: 'value' };
  }
}

/** What the API server would fill in, written out, so that Argo CD sees no difference between Git and cluster. */
const DEFAULTS = { conversionStrategy: 'Default', decodingStrategy: 'None', metadataPolicy: 'None' };

function declare(scope: Construct, id: string, spec: any): ExternalSecret {
  // the Secret outlives a mistake in the store, so that running pods can restart
  const object = new ExternalSecret(scope, id, { spec: { ...spec, target: { creationPolicy: 'Owner', deletionPolicy: 'Retain' } } });
  declareControllerFields({
    object,
    jsonPointers: [],
    jqPathExpressions: ['.spec.data[].remoteRef.nullBytePolicy'],
    why: 'External Secrets fills it in from the version that knows it on, and older versions refuse it',
  });
  return object;
}
