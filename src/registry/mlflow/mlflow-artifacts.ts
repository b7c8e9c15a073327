import { NetworkPeer } from '../../core/network-peer';
import { SecretRef } from '../../core/secret-ref';
import { s3Environment } from '../../private/s3-environment';
import { checkS3Access } from '../s3-access';
import { S3RegistryOptions } from '../s3-options';

/** Options of `MlflowArtifacts.s3()`. */
export interface MlflowS3Options extends S3RegistryOptions {
  /**
   * Who answers for the bucket.
   *
   * @default - any address on port 443, as S3 has no fixed one. The report says so
   */
  readonly reachedAt?: NetworkPeer;
}

/** Where an MLflow server keeps artifacts. Clients go through the server, so they need no rights on it. */
export class MlflowArtifacts {
  /**
   * A folder in a bucket, such as `s3://acme-registry/mlflow` of a `RegistryBucket` (`RegistryLayout.MLFLOW`).
   *
   * @param uri address of the folder
   * @param options region, endpoint, keys
   * @throws if the address is malformed, or only one of the two keys is given
   */
  public static s3(uri: string, options: MlflowS3Options = {}): MlflowArtifacts {
    checkS3Access(uri, options);
    const { MODEL_REGISTRY_URI: _, ...environment } = s3Environment(uri, options.region, options.endpointUrl);
    return new MlflowArtifacts(
      uri.replace(/\/$/, ''),
      { ...environment, ...options.endpointUrl === undefined ? {} : { MLFLOW_S3_ENDPOINT_URL: options.endpointUrl } },
      {
        ...options.accessKeyId ? { AWS_ACCESS_KEY_ID: options.accessKeyId } : {},
        ...options.secretAccessKey ? { AWS_SECRET_ACCESS_KEY: options.secretAccessKey } : {},
      },
      options.reachedAt ?? NetworkPeer.anyHttps('MLflow keeps artifacts in S3'),
    );
  }

  private constructor(
    /** Address of the folder. */
    public readonly uri: string,
    /** What a process needs in its environment to reach it. */
    public readonly environment: { [key: string]: string },
    /** What it needs besides, and must not be read by others. */
    public readonly secretEnvironment: { [key: string]: SecretRef },
    /** Who answers for the bucket. */
    public readonly reachedAt: NetworkPeer,
  ) {}
}
