import { ExportedMetric } from '../core/exported-metric';
import { MetricQuery } from '../core/metric-query';
import { InputProblems } from '../private/input-error';
import { Power, trialsForMeans, trialsForProportions } from '../private/statistics';

/** Options of `AbMetric.proportion()`. */
export interface AbProportionOptions {
  /** Counter of the trials that went well, such as orders. */
  readonly successes: ExportedMetric;
  /** Counter of all trials, such as visits. */
  readonly trials: ExportedMetric;
  /** Label of both whose value names the variant, and which no other test at the same time uses. */
  readonly variantLabel: string;
  /** Share of the trials that go well today, between 0 and 1. */
  readonly baseline: number;
  /** Difference of the shares that is worth knowing, such as 0.01 for one percentage point. Below zero where less is better. */
  readonly effect: number;
}

/** Options of `AbMetric.mean()`. */
export interface AbMeanOptions {
  /** Counter of the sum of the values, such as the `_sum` of a histogram. */
  readonly sum: ExportedMetric;
  /** Counter of the values. */
  readonly count: ExportedMetric;
  /** Label of both whose value names the variant, and which no other test at the same time uses. */
  readonly variantLabel: string;
  /** Standard deviation of the values, from records of the past. */
  readonly standardDeviation: number;
  /** Difference of the means that is worth knowing. Below zero where less is better. */
  readonly effect: number;
}

/** The number that decides a test: the menu. */
export abstract class AbMetric {
  /**
   * A share, compared by the test of two proportions with a common variance.
   *
   * @param options counters, baseline, effect
   * @throws if the shares are not between 0 and 1, or the effect is none
   */
  public static proportion(options: AbProportionOptions): AbMetric {
    const { baseline, effect } = options;
    const problems = new InputProblems();
    if (!(baseline > 0 && baseline < 1)) {
      problems.add('ab-test/malformed-baseline', `'baseline' must be between 0 and 1, got ${baseline}; it is a share`);
    } else if (effect === 0 || !(baseline + effect > 0 && baseline + effect < 1)) {
      problems.add('ab-test/malformed-effect', `'effect' must lead from ${baseline} to another share between 0 and 1, got ${effect}; 0.01 is one percentage point`);
    }
    problems.throwAll();
    return new Proportion(options);
  }

  /**
   * A mean, compared by the test of two means with a known deviation.
   *
   * @param options counters, deviation, effect
   * @throws if the deviation is not above zero, or the effect is none
   */
  public static mean(options: AbMeanOptions): AbMetric {
    const { standardDeviation, effect } = options;
    const problems = new InputProblems();
    if (!(standardDeviation > 0)) {
      problems.add('ab-test/malformed-deviation', `'standardDeviation' must be above zero, got ${standardDeviation}`);
    }
    if (effect === 0 || !Number.isFinite(effect)) {
      problems.add('ab-test/malformed-effect', `'effect' must be a difference that is worth knowing, got ${effect}`);
    }
    problems.throwAll();
    return new Mean(options);
  }

  /** Whether less is better. */
  public abstract readonly lessIsBetter: boolean;

  /** @internal */
  public abstract readonly _exported: ExportedMetric[];

  /**
   * Trials of each variant that the effect asks for.
   *
   * @internal
   */
  public abstract _trials(power: Power): number;

  /**
   * How many trials a variant had until an instant.
   *
   * @internal
   */
  public abstract _count(variant: string, period: Period): string;

  /**
   * How many standard errors the treatment is better than the control.
   *
   * @internal
   */
  public abstract _score(treatment: string, control: string, period: Period): MetricQuery;
}

/** Days of a test, and the second at which it ends. */
export interface Period {
  /** How many days it lasts. */
  readonly days: number;
  /** Second since 1970 at which it ends. */
  readonly end: number;
}

/** Counted up to the end of the test and no further, whenever it is asked. */
function increase({ name }: ExportedMetric, label: string, variant: string, { days, end }: Period): string {
  return `sum(increase(${name}{${label}="${variant}"}[${days}d] @ ${end}))`;
}

class Proportion extends AbMetric {
  public readonly lessIsBetter: boolean;

  public constructor(private readonly options: AbProportionOptions) {
    super();
    this.lessIsBetter = options.effect < 0;
  }

  public get _exported(): ExportedMetric[] {
    return [this.options.successes, this.options.trials];
  }

  public _trials(power: Power): number {
    const { baseline, effect } = this.options;
    return trialsForProportions(baseline, baseline + effect, power);
  }

  public _count(variant: string, period: Period): string {
    return increase(this.options.trials, this.options.variantLabel, variant, period);
  }

  public _score(treatment: string, control: string, period: Period): MetricQuery {
    const { successes, variantLabel } = this.options;
    // a counter that never counted has no series: where trials are, that is none of them
    const [x1, x0] = [treatment, control].map((variant) => `(${increase(successes, variantLabel, variant, period)} or vector(0))`);
    const [n1, n0] = [treatment, control].map((variant) => this._count(variant, period));
    const pooled = `((${x1} + ${x0}) / (${n1} + ${n0}))`;
    const score = `(${x1} / ${n1} - ${x0} / ${n0}) / sqrt(${pooled} * (1 - ${pooled}) * (1 / ${n1} + 1 / ${n0}))`;
    return MetricQuery.promql({ expr: `${this.lessIsBetter ? '-1 * ' : ''}${score}`, title: `${treatment} against ${control}, in standard errors` });
  }
}

class Mean extends AbMetric {
  public readonly lessIsBetter: boolean;

  public constructor(private readonly options: AbMeanOptions) {
    super();
    this.lessIsBetter = options.effect < 0;
  }

  public get _exported(): ExportedMetric[] {
    return [this.options.sum, this.options.count];
  }

  public _trials(power: Power): number {
    return trialsForMeans(this.options.effect, this.options.standardDeviation, power);
  }

  public _count(variant: string, period: Period): string {
    return increase(this.options.count, this.options.variantLabel, variant, period);
  }

  public _score(treatment: string, control: string, period: Period): MetricQuery {
    const { sum, variantLabel, standardDeviation } = this.options;
    const [s1, s0] = [treatment, control].map((variant) => increase(sum, variantLabel, variant, period));
    const [n1, n0] = [treatment, control].map((variant) => this._count(variant, period));
    const score = `(${s1} / ${n1} - ${s0} / ${n0}) / (${standardDeviation} * sqrt(1 / ${n1} + 1 / ${n0}))`;
    return MetricQuery.promql({ expr: `${this.lessIsBetter ? '-1 * ' : ''}${score}`, title: `${treatment} against ${control}, in standard errors` });
  }
}
