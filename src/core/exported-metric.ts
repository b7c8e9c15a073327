import { MetricUnit } from './metric-query';

/** Type of a metric, in Prometheus' own words. */
export enum MetricType {
  /** Only goes up. */
  COUNTER = 'counter',
  /** Goes up and down. */
  GAUGE = 'gauge',
  /** Counts in buckets: `<name>_bucket`, `<name>_sum` and `<name>_count`. */
  HISTOGRAM = 'histogram',
  /** Quantiles computed by the server, which cannot be aggregated over pods: `<name>`, `<name>_sum` and `<name>_count`. */
  SUMMARY = 'summary',
}

/** A metric that something exports. */
export interface ExportedMetric {
  /**
   * Name as it is exposed; of a histogram, the name without `_bucket`.
   *
   * Some clients add a suffix to the name in the code: a counter `x` of Python's `prometheus_client` is exposed as `x_total`.
   */
  readonly name: string;
  /** Type of the metric. */
  readonly type: MetricType;
  /**
   * Labels that the exporter itself sets, beside those that the scrape adds.
   *
   * @default - none
   */
  readonly labels?: string[];
  /**
   * Unit of the value.
   *
   * @default MetricUnit.NONE
   */
  readonly unit?: MetricUnit;
  /**
   * Upper bounds of a histogram's buckets, in the metric's unit, rising, without `+Inf`.
   *
   * @default - unknown, so an objective cannot be compared with them
   */
  readonly buckets?: number[];
}
