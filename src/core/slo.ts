import { Duration } from 'cdk8s';

/** A latency that a share of the requests must stay below. */
export interface LatencyObjective {
  /** Share of the requests, in percent, such as 95. */
  readonly percentile: number;
  /** Latency that they stay below. */
  readonly below: Duration;
}

/** Properties of `Slo`. */
export interface SloProps {
  /** Latency objective. */
  readonly latency: LatencyObjective;
  /** Share of the requests that may fail, such as 0.01. */
  readonly errorRatioBelow: number;
  /**
   * Time over which the error budget is counted.
   *
   * @default Duration.days(30)
   */
  readonly window?: Duration;
}

/**
 * What a model promises its callers. Alerts, guardrails and panels are derived from it.
 *
 * @see https://sre.google/workbook/alerting-on-slos/
 */
export class Slo {
  /**
   * The objectives of one model.
   *
   * @param props objectives
   */
  public static of(props: SloProps): Slo {
    return new Slo(props.latency, props.errorRatioBelow, props.window ?? Duration.days(30));
  }

  private constructor(
    /** Latency objective. */
    public readonly latency: LatencyObjective,
    /** Share of the requests that may fail. */
    public readonly errorRatioBelow: number,
    /** Time over which the error budget is counted. */
    public readonly window: Duration,
  ) {}
}
