import { Duration } from 'cdk8s';
import { RolloutTarget } from './strategy';

/** Long enough for the slowest pod that the probes allow: a deadline below that would call a healthy roll failed. */
export function progressDeadline(target: RolloutTarget, minReady: Duration): Duration {
  const slowestPod = target.pullBudget.toSeconds() + target.startupLimit.toSeconds() + minReady.toSeconds();
  return Duration.seconds(Math.max(600, 2 * slowestPod));
}
