import { Construct } from 'constructs';
import { SecretRef } from '../core/secret-ref';
import { InputProblems } from '../private/input-error';
import { parseS3Uri } from '../private/s3-names';
import { requireWebAddress } from '../private/web-address';

/** Options of `ArtifactStore.s3()`. */
export interface ArtifactStoreOptions {
  /**
   * Region of the bucket.
   *
   * @default - the one that the identity of the pods brings along
   */
  readonly region?: string;
  /**
   * Address of an object store other than AWS, such as `https://minio.storage.svc:9000`, or of an interface endpoint of AWS, such as
   * `https://bucket.vpce-0a1b2c3d-4e5f.s3.eu-central-1.vpce.amazonaws.com`. Without it, Argo's executor asks Amazon's dual-stack names, which the
   * private names of an interface endpoint do not cover.
   *
   * @default - AWS
   */
  readonly endpointUrl?: string;
  /**
   * Access key, where no identity of the cloud does it. Together with `secretAccessKey`.
   *
   * @default - the identity of the pods
   */
  readonly accessKeyId?: SecretRef;
  /**
   * Secret of the access key.
   *
   * @default - the identity of the pods
   */
  readonly secretAccessKey?: SecretRef;
}

/**
 * Where the steps of a workflow leave what the next ones need: the model, its numbers, the report of its gate. A lifecycle of the bucket may delete
 * it after some weeks, as what was registered is elsewhere.
 *
 * @see https://argo-workflows.readthedocs.io/en/latest/configure-artifact-repository/
 * @see https://github.com/argoproj/argo-workflows/issues/13433
 */
export class ArtifactStore {
  /**
   * A folder of S3, such as `s3://acme-registry/models/fraud-detection/candidates/runs`, which a trainer may write.
   *
   * @param uri address of the folder
   * @param options region, endpoint, keys
   * @throws if an address is malformed, or only one of the two keys is given
   */
  public static s3(uri: string, options: ArtifactStoreOptions = {}): ArtifactStore {
    const { endpointUrl, accessKeyId, secretAccessKey } = options;
    const problems = new InputProblems();
    problems.attempt(() => parseS3Uri(uri));
    problems.attempt(() => endpointUrl !== undefined && requireWebAddress('endpointUrl', endpointUrl, ['https', 'http']));
    if ((accessKeyId === undefined) !== (secretAccessKey === undefined)) {
      problems.add('training/half-a-key',
        `'accessKeyId' and 'secretAccessKey' belong together, got only '${accessKeyId ? 'accessKeyId' : 'secretAccessKey'}'; leave both out where pods have an identity of the cloud`);
    }
    problems.throwAll();
    return new ArtifactStore(uri, options);
  }

  private constructor(
    /** Address of the folder. */
    public readonly uri: string,
    private readonly options: ArtifactStoreOptions,
  ) {}

  /**
   * A file of the folder, as Argo Workflows reads and writes it.
   *
   * @internal
   */
  public _file(scope: Construct, name: string): any {
    return this._at(scope, `${this.uri.replace(/\/$/, '')}/${name}`);
  }

  /**
   * An object of the same store at another address.
   *
   * @internal
   */
  public _at(scope: Construct, uri: string): any {
    const { bucket, prefix } = parseS3Uri(uri);
    const { region, endpointUrl = 'https://s3.amazonaws.com', accessKeyId, secretAccessKey } = this.options;
    const { host, protocol } = new URL(endpointUrl);
    return {
      s3: {
        endpoint: host,
        ...protocol === 'http:' ? { insecure: true } : {},
        bucket,
        key: prefix,
        ...region === undefined ? {} : { region },
        ...accessKeyId && secretAccessKey
          ? { accessKeySecret: keyOf(scope, accessKeyId), secretKeySecret: keyOf(scope, secretAccessKey) }
          : { useSDKCreds: true },
      },
    };
  }
}

function keyOf(scope: Construct, secret: SecretRef): any {
  const { secretName, key } = secret.bind(scope);
  return { name: secretName, key };
}
