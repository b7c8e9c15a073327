import { Duration } from 'cdk8s';

/** Options of `RolloutStrategy.rollingUpdate()`. */
export interface RollingUpdateOptions {
  /**
   * Pods beyond the wished number that may exist during a roll, in percent of it, rounded up. More makes a roll and a rollback faster and
   * needs more room. 0 where there is none, as on a fixed pool of GPU nodes; then some pods have to go first.
   *
   * @default 25
   */
  readonly maxSurgePercent?: number;
  /**
   * Pods that may be missing during a roll, in percent of the wished number, rounded down, and at least one where nothing is added. The
   * others carry their requests.
   *
   * @default 0
   */
  readonly maxUnavailablePercent?: number;
  /**
   * How long a new pod must be ready before it counts, so that a pod that crashes on its first requests stops the roll.
   *
   * @default Duration.seconds(10)
   */
  readonly minReady?: Duration;
}
