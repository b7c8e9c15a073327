import { ExportedMetric } from './exported-metric';

/** Which pods a query is about, and over what time. */
export interface MetricScope {
  /** Label matchers of PromQL without braces, such as `namespace="ml",model="fraud"`. */
  readonly selector: string;
  /**
   * Range over which rates are taken, such as `5m`. Rules and analyses need one: only Grafana knows `$__rate_interval`.
   *
   * @default $__rate_interval
   */
  readonly window?: string;
  /**
   * Labels that tell apart what the query answers, such as the hash of the pod template.
   *
   * @default - one number for all selected pods together
   */
  readonly groupBy?: string[];
}

/** How requests are told from failures in the metrics of a server. */
export interface RequestMetrics {
  /** Histogram of the time that a request takes. */
  readonly latency: ExportedMetric;
  /** Counter of requests, or the latency histogram itself, whose count is used. */
  readonly requests: ExportedMetric;
  /** Counter of failed requests. May be the counter of requests with a matcher. */
  readonly failures: ExportedMetric;
  /**
   * Matchers that tell a failure in that counter, such as `code=~"5.."`.
   *
   * @default - every increment is a failure
   */
  readonly failureMatcher?: string;
  /**
   * Matchers that tell a request of a caller in all of these metrics, such as `path="/predict"`: probes and scrapes are no requests.
   *
   * @default - everything that is counted is a request
   */
  readonly requestMatcher?: string;
  /**
   * Whether `requests` counts successes only, so that all requests are the sum of both counters.
   *
   * @default false
   */
  readonly requestsExcludeFailures?: boolean;
}
