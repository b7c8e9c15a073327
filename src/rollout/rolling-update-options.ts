import { Duration } from 'cdk8s';

/** Options of `RolloutStrategy.rollingUpdate()`. */
export interface RollingUpdateOptions {
  /**
   * Pods beyond the wished number that may exist during a roll, in percent of it, rounded up. More makes a roll and a rollback faster and
   * needs more room.
   *
   * @default 25
   */
  readonly maxSurgePercent?: number;
  /**
   * How long a new pod must be ready before it counts, so that a pod that crashes on its first requests stops the roll.
   *
   * @default Duration.seconds(10)
   */
  readonly minReady?: Duration;
}
