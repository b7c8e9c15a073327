import { NetworkPeer } from '../core/network-peer';
import { S3RegistryOptions } from '../registry/s3-options';

/**
 * The bucket of a stack: a folder that follows `RegistryLayout`, and the way to it.
 *
 * Region, endpoint and keys are given to every container that reaches it, those of the training program among them.
 */
export interface StackStorage extends S3RegistryOptions {
  /** Address of the folder, such as `s3://acme-models`. */
  readonly uri: string;
  /**
   * Who answers for it. Where that is an interface endpoint of AWS, give its address as `endpointUrl`, too: Argo's executor asks other names than
   * the SDKs otherwise.
   *
   * @default - any address on port 443, as S3 has no fixed one. The report says so
   */
  readonly reachedAt?: NetworkPeer;
}
