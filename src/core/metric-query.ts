/** Unit of a number, as a panel shows it and a threshold means it. */
export enum MetricUnit {
  /** Seconds. */
  SECONDS = 's',
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
  /** PromQL expression; `$__rate_interval` is allowed. */
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

/** A metric that a query selects, with the labels that it filters on or groups by. */
export interface MetricUse {
  /** Name of the metric. */
  readonly metricName: string;
  /** Labels of that metric that the query needs, sorted. */
  readonly labelNames: string[];
}

/**
 * One definition of a number: guardrail, alert, panel and gate all use this object.
 *
 * The expression is parsed with Prometheus' own grammar, so a syntax error is an error at synthesis.
 */
export class MetricQuery {
  /**
   * A query in PromQL.
   *
   * @param props expression, title, unit
   * @throws if the expression does not parse
   * @see https://prometheus.io/docs/prometheus/latest/querying/basics/
   */
  public static promql(props: MetricQueryProps): MetricQuery {
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

  /** What the query selects: every metric with the labels that it filters on or groups by. */
  public get uses(): MetricUse[] {
    return [];
  }
}
