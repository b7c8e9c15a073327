import { MetricQuery } from '../core/metric-query';
import { MetricScope } from '../core/request-metrics';
import { ServingMetrics } from '../core/serving-metrics';

/** What a guardrail may ask: what is exported, and by whom. */
export interface GuardrailSubject {
  /** What the pods export. */
  readonly metrics: ServingMetrics;
  /** Pods of the new version, over the window of the analysis. */
  readonly canary: MetricScope;
  /** Pods of the version that serves, over the same window. */
  readonly stable: MetricScope;
}

/** A guardrail as the metrics of one deployment express it. */
export interface GuardrailCheck {
  /** The number to judge: one series, or none where there is nothing to judge. */
  readonly query: MetricQuery;
  /** What must hold, as a comparison, such as `< 0.1`. */
  readonly condition: string;
  /**
   * Whether too few requests leave nothing to judge.
   *
   * @default true
   */
  readonly needsTraffic?: boolean;
}

/** A condition that a new version must meet at every stage of a rollout. */
export interface IGuardrail {
  /** Unique within a rollout: lower-case letters, digits and `-`. Becomes the name of the metric in the analysis. */
  readonly guardrailName: string;

  /**
   * Describe this guardrail for one deployment.
   *
   * @param subject what may be asked
   */
  check(subject: GuardrailSubject): GuardrailCheck;
}
