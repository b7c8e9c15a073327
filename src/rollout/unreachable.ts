import { Duration } from 'cdk8s';
import { wholeSeconds } from '../private/whole-units';

/**
 * What happens while the metrics backend cannot be asked. Argo Rollouts treats that as an error whatever the policy for missing data: it asks again
 * every ten seconds, and aborts after so many errors in a row. What can be chosen is how long that is.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
 */
export class Unreachable {
  /**
   * Go back when the backend was away for so long.
   *
   * @param patience longer than a restart of the backend takes
   */
  public static abortAfter(patience: Duration): Unreachable {
    return new Unreachable(wholeSeconds(patience));
  }

  private constructor(
    /** How long the backend may be away. */
    public readonly patience: Duration,
  ) {}
}
