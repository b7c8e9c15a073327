import { Duration } from 'cdk8s';
import { burnRate, FASTEST_BURN, rounded } from '../private/burn-rate';
import { InputProblems } from '../private/input-error';

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
   * Time over which the error budget is counted. At least 7 days.
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
   * @throws if a number is out of range, or a budget is so large that its fastest alert could never fire
   */
  public static of(props: SloProps): Slo {
    const slo = new Slo(props.latency, props.errorRatioBelow, props.window ?? Duration.days(30));
    const problems = new InputProblems();
    checkRanges(slo, problems);
    problems.throwAll();
    checkBudgets(slo, problems);
    problems.throwAll();
    return slo;
  }

  private constructor(
    /** Latency objective. */
    public readonly latency: LatencyObjective,
    /** Share of the requests that may fail. */
    public readonly errorRatioBelow: number,
    /** Time over which the error budget is counted. */
    public readonly window: Duration,
  ) {}

  /** Share of the requests that may fail within the window. */
  public get errorBudget(): number {
    return this.errorRatioBelow;
  }

  /** Share of the requests that may be slower than the latency objective within the window. */
  public get latencyBudget(): number {
    return rounded((100 - this.latency.percentile) / 100);
  }
}

/** The slow alerts look back three days; over less than a week they would fire on a budget that is being kept. */
const SHORTEST_WINDOW = Duration.days(7);

function checkRanges(slo: Slo, problems: InputProblems): void {
  const { percentile, below } = slo.latency;
  if (!(percentile > 0 && percentile < 100)) {
    problems.add('slo/percentile', `'latency.percentile' must lie between 0 and 100, such as 95, got ${percentile}`);
  }
  if (below.toMilliseconds({ integral: false }) <= 0) {
    problems.add('slo/latency', `'latency.below' must be longer than nothing, got ${below.toMilliseconds({ integral: false })} ms`);
  }
  if (!(slo.errorRatioBelow > 0 && slo.errorRatioBelow < 1)) {
    problems.add('slo/error-ratio', `'errorRatioBelow' must lie between 0 and 1, such as 0.01 for one request in a hundred, got ${slo.errorRatioBelow}`);
  }
  if (slo.window.toHours({ integral: false }) < SHORTEST_WINDOW.toHours()) {
    problems.add('slo/window',
      `'window' must be at least ${SHORTEST_WINDOW.toDays()} days, got ${slo.window.toHours({ integral: false })} h; a burn-rate alert looks back up to three days`);
  }
}

/** A ratio never exceeds 1, so an alert on `rate × budget` that reaches 1 never fires. */
function checkBudgets(slo: Slo, problems: InputProblems): void {
  const rate = burnRate(FASTEST_BURN, slo.window);
  const cannotFire = (budget: number) => rate * budget >= 1;
  const why = (what: string, budget: number) =>
    `the fastest alert on it fires at ${rate} × ${budget} = ${rounded(rate * budget)}, and a share of ${what} requests never exceeds 1`;
  const largest = 1 / rate;
  if (cannotFire(slo.errorBudget)) {
    problems.add('slo/error-alert-cannot-fire',
      `'errorRatioBelow' must be below ${largest.toFixed(4)}, got ${slo.errorBudget}: ${why('failed', slo.errorBudget)}; promise fewer errors`);
  }
  if (cannotFire(slo.latencyBudget)) {
    problems.add('slo/latency-alert-cannot-fire',
      `'latency.percentile' must be above ${(100 * (1 - largest)).toFixed(2)}, got ${slo.latency.percentile}: ${why('slow', slo.latencyBudget)}; choose a higher percentile`);
  }
}
