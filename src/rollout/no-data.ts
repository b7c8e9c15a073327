import { Duration } from 'cdk8s';
import { wholeSeconds } from '../private/whole-units';

/** What happens when the patience of `NoData.pause()` ends. */
export enum AfterPatience {
  /** The rollout waits for a person, who promotes or aborts it. */
  WAIT = 'wait',
  /** The rollout goes back. */
  ABORT = 'abort',
}

/** Options of `NoData.pause()`. */
export interface PauseOptions {
  /** How long no data is tolerated, measurements taken together. */
  readonly upTo: Duration;
  /** What happens then. */
  readonly then: AfterPatience;
}

/**
 * What a measurement without data means: no series, too little traffic, or a number that is none.
 *
 * Argo Rollouts itself decides differently from case to case: an empty vector is an error or a failure, depending on how the condition is written.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/analysis/#inconclusive-runs
 */
export class NoData {
  /**
   * Go on measuring, up to a patience that is required.
   *
   * @param options patience, and what happens when it ends
   */
  public static pause(options: PauseOptions): NoData {
    return new NoData('pause', wholeSeconds(options.upTo), options.then);
  }

  /** No data counts as a breach. */
  public static fail(): NoData {
    return new NoData('fail', Duration.seconds(0), AfterPatience.ABORT);
  }

  /** No data counts as good. Only for numbers that are missing when all is well. */
  public static pass(): NoData {
    return new NoData('pass', Duration.seconds(0), AfterPatience.WAIT);
  }

  private constructor(
    /** `pause`, `fail` or `pass`. */
    public readonly meaning: string,
    /** How long no data is tolerated. */
    public readonly patience: Duration,
    /** What happens then. */
    public readonly afterPatience: AfterPatience,
  ) {}
}
