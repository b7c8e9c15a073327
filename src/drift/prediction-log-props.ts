import { Duration } from 'cdk8s';
import { ContainerResources } from 'cdk8s-plus-28';
import { NetworkPeer } from '../core/network-peer';
import { RuntimeImage } from '../core/runtime-image';
import { SecretRef } from '../core/secret-ref';

/** What only its user knows about a log of predictions. */
export interface PredictionLogOptions {
  /**
   * Columns of personal data of which a keyed hash leaves the pod, to join by and not to read.
   *
   * @default - none
   */
  readonly hashedColumns?: string[];
  /**
   * Secret of at least 32 bytes that the hashes are made with. Required where there are any: names are few enough to try them all.
   *
   * @default - none
   */
  readonly hashKey?: SecretRef;
  /**
   * Share of the requests, chosen by their ids: the copy of a request that a shadow gets has the same lot.
   *
   * @default 1
   */
  readonly share?: number;
  /**
   * Time between two files. A pod that is killed loses the predictions since the last one.
   *
   * @default Duration.minutes(1)
   */
  readonly flushEvery?: Duration;
  /**
   * Port that the server posts to. Nobody outside the pod can reach it.
   *
   * @default 9092
   */
  readonly port?: number;
  /**
   * What the agent may use.
   *
   * @default - 50 millicpu, and 256 MiB of memory
   */
  readonly resources?: ContainerResources;
}

/** Properties of `PredictionLog`. */
export interface PredictionLogProps extends PredictionLogOptions {
  /** Images of the runtime. The small one is used. */
  readonly runtime: RuntimeImage;
  /** Folder of the log, such as `s3://acme-registry/predictions-log/fraud-detection/`. How long it is kept is a matter of the bucket (`predictionsLogRetention`). */
  readonly folder: string;
  /** Columns that leave the pod as they are: features and answers that drift and comparisons need. What is not named stays in the pod. */
  readonly columns: string[];
  /**
   * Who answers for the bucket.
   *
   * @default - any address on port 443, as S3 has no fixed one. The report says so
   */
  readonly bucketAt?: NetworkPeer;
  /**
   * What the bucket asks of the environment, such as `registry.environment`.
   *
   * @default - the identity of the serving decides (`RegistryGrants.logPredictions()`)
   */
  readonly env?: { [name: string]: string };
  /**
   * Variables whose values are secrets, such as `registry.secretEnvironment`.
   *
   * @default - none
   */
  readonly secrets?: { [name: string]: SecretRef };
}
