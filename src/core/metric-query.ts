import { InputError } from '../private/input-error';
import { analysePromql } from '../private/promql/analyse';
import { hasGrafanaVariables, withWindow } from '../private/promql/grafana';
import { PromqlSyntaxError } from '../private/promql/syntax-error';

/** Unit of a number, as a panel shows it and a threshold means it. The values are Grafana's. */
export enum MetricUnit {
  /** Seconds. */
  SECONDS = 's',
  /** Milliseconds. */
  MILLISECONDS = 'ms',
  /** Microseconds. */
  MICROSECONDS = 'µs',
  /** A ratio between 0 and 1. */
  RATIO = 'percentunit',
  /** Requests per second. */
  REQUESTS_PER_SECOND = 'reqps',
  /** Bytes. */
  BYTES = 'bytes',
  /** A plain number. */
  NONE = 'none',
}

/** Properties of `MetricQuery`. */
export interface MetricQueryProps {
  /** PromQL expression. Grafana's `$__rate_interval`, `$__interval` and `$__range` are allowed. */
  readonly expr: string;
  /** What the number is, for people: title of the panel, summary of the alert. */
  readonly title: string;
  /**
   * Unit of the result.
   *
   * @default MetricUnit.NONE
   */
  readonly unit?: MetricUnit;
}

/** A metric that a query selects, with the labels that it needs. */
export interface MetricUse {
  /** Name of the metric. The whole selector, such as `{__name__=~"http_.*"}`, where it names none. */
  readonly metricName: string;
  /** Labels that the query filters on, groups by or joins on, sorted. What `without` and `ignoring` take away is not needed. */
  readonly labelNames: string[];
}

/**
 * One definition of a number: guardrail, alert, panel and gate all use this object.
 *
 * The expression is parsed with Prometheus' own grammar, and its types are checked, so what Prometheus would refuse is an error at synthesis.
 */
export class MetricQuery {
  /**
   * A query in PromQL.
   *
   * @param props expression, title, unit
   * @throws if Prometheus would refuse the expression, with the position and what is wrong there
   * @see https://prometheus.io/docs/prometheus/latest/querying/basics/
   */
  public static promql(props: MetricQueryProps): MetricQuery {
    requireParses(props);
    return new MetricQuery(props.expr, props.title, props.unit ?? MetricUnit.NONE);
  }

  private constructor(
    /** PromQL expression. */
    public readonly expr: string,
    /** What the number is, for people. */
    public readonly title: string,
    /** Unit of the result. */
    public readonly unit: MetricUnit,
  ) {}

  /** What the query selects: every metric with the labels that it filters on, groups by or joins on. Sorted by name. */
  public get uses(): MetricUse[] {
    return [...analysePromql(this.expr).needs.labelsOf]
      .map(([metricName, labels]) => ({ metricName, labelNames: [...labels].sort() }))
      .sort((a, b) => (a.metricName < b.metricName ? -1 : 1));
  }

  /** Whether the expression holds a variable such as `$__rate_interval`: a panel can show it, a rule or an analysis cannot evaluate it. */
  public get hasGrafanaVariables(): boolean {
    return hasGrafanaVariables(this.expr);
  }

  /**
   * The same number over a window of its own, for rules and analyses.
   *
   * @param window duration in PromQL, such as `5m`, that takes the place of Grafana's variables
   */
  public over(window: string): MetricQuery {
    return MetricQuery.promql({ expr: withWindow(this.expr, window), title: this.title, unit: this.unit });
  }
}

function requireParses(props: MetricQueryProps): void {
  try {
    analysePromql(props.expr);
  } catch (error) {
    if (!(error instanceof PromqlSyntaxError)) {throw error;}
    const { problem, offset } = error;
    const around = `${props.expr.slice(Math.max(0, offset - 40), offset)}<here>${props.expr.slice(offset, offset + 20)}`;
    throw new InputError('metric/malformed-promql', `'expr' of '${props.title}' must be PromQL, got ${problem} at position ${offset + 1}, in '${around}'`);
  }
}
