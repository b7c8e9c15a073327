import { SecretRef } from '../core/secret-ref';

/** Options of `ModelRegistry.fromS3Uri()`. */
export interface S3RegistryOptions {
  /**
   * Region of the bucket.
   *
   * @default - the one that the identity of the workload brings along
   */
  readonly region?: string;
  /**
   * Address of an object store other than AWS, such as `https://minio.storage.svc:9000`.
   *
   * @default - AWS
   */
  readonly endpointUrl?: string;
  /**
   * Access key, where no identity of the cloud does it. Together with `secretAccessKey`.
   *
   * @default - the identity of the workload
   */
  readonly accessKeyId?: SecretRef;
  /**
   * Secret of the access key.
   *
   * @default - the identity of the workload
   */
  readonly secretAccessKey?: SecretRef;
}
