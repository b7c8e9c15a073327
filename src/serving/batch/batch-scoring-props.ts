import { Cron, Duration, Size } from 'cdk8s';
import { ContainerResources, IServiceAccount } from 'cdk8s-plus-28';
import { Gpu } from '../../core/gpu';
import { ImageRef } from '../../core/image-ref';
import { ModelRef } from '../../core/model-ref';
import { ModelRelease } from '../../core/model-release';
import { NetworkPeer } from '../../core/network-peer';
import { Owner } from '../../core/owner';
import { PlatformProfile } from '../../core/platform-profile';
import { SecretRef } from '../../core/secret-ref';
import { ModelSource } from '../model-source';
import { IWorkloadIdentity } from '../serving';

/** Properties of `BatchScoring`. */
export interface BatchScoringProps {
  /** The model, by alias. */
  readonly model: ModelRef;
  /**
   * Image of the scorer. It gets `--input`, `--output`, `--model`, `--model-version` and `--sha256` after `args`, and exits with an error unless
   * every row was scored and written.
   */
  readonly image: ImageRef;
  /** The table that is scored, such as `s3://warehouse/transactions/`. */
  readonly input: string;
  /** Where predictions go, such as `s3://warehouse/predictions/`. Model and version are added, so that two versions never mix. */
  readonly outputPrefix: string;
  /** When it runs, such as `Cron.schedule({ minute: '0', hour: '4' })`. */
  readonly schedule: Cron;
  /** CPU and memory of the scorer, from a run on a table of real size: requests for both and a limit for memory are required. */
  readonly resources: ContainerResources;
  /** Longest time that a run may take, attempts taken together. It is ended then. */
  readonly deadline: Duration;
  /** Whom the scorer has to reach: tables and registry. */
  readonly egress: NetworkPeer[];
  /** Who answers when it fails. */
  readonly owner: Owner;
  /** What the cluster has. */
  readonly platform: PlatformProfile;
  /**
   * What is live: version, hash, lineage.
   *
   * @default - read from `releases/<model>.json` in the working directory, or `releases/<model>.<alias>.json` for an alias other than `champion`
   */
  readonly release?: ModelRelease;
  /**
   * Where the scorer finds the artifact.
   *
   * @default ModelSource.bakedIn()
   */
  readonly source?: ModelSource;
  /**
   * Time zone of the schedule, such as `Europe/Berlin`.
   *
   * @default Etc/UTC
   */
  readonly timeZone?: string;
  /**
   * Attempts after the first one failed.
   *
   * @default 2
   */
  readonly retries?: number;
  /**
   * How late a run may start. Later, it is left out: the next one is not far.
   *
   * @default Duration.hours(1)
   */
  readonly startWithin?: Duration;
  /**
   * How old the last predictions may get before somebody is told. Longer than the time between two runs.
   *
   * @default - one run may be missed: two times the longest time between two runs, `startWithin` and `deadline`
   */
  readonly staleAfter?: Duration;
  /**
   * Command of the scorer, where its image has no entry point of its own.
   *
   * @default - the entry point of the image
   */
  readonly command?: string[];
  /**
   * Arguments of the scorer, before those that say what to score.
   *
   * @default - none
   */
  readonly args?: string[];
  /**
   * Environment variables of the scorer.
   *
   * @default - those that say which model it is
   */
  readonly env?: { [name: string]: string };
  /**
   * Environment variables of the scorer that are secret.
   *
   * @default - none
   */
  readonly secrets?: { [name: string]: SecretRef };
  /**
   * GPUs of the scorer.
   *
   * @default - none
   */
  readonly gpu?: Gpu;
  /**
   * Identity towards a cloud.
   *
   * @default - none
   */
  readonly identity?: IWorkloadIdentity;
  /**
   * A service account that exists.
   *
   * @default - one is made, whose token is not mounted
   */
  readonly serviceAccount?: IServiceAccount;
  /**
   * Numeric user and group of all containers.
   *
   * @default 65532
   */
  readonly runAsUser?: number;
  /**
   * Size of `/tmp`.
   *
   * @default Size.gibibytes(10)
   */
  readonly scratchSize?: Size;
}
