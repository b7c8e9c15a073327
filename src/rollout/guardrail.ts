import { ExternalMetrics } from '../core/external-metrics';
import { MetricQuery } from '../core/metric-query';
import { MetricScope } from '../core/request-metrics';
import { SecretRef } from '../core/secret-ref';
import { ServingMetrics } from '../core/serving-metrics';

/** What a guardrail may ask: what is exported, and by whom. */
export interface GuardrailSubject {
  /** What the pods export. */
  readonly metrics: ServingMetrics;
  /** Pods of the new version, over the window of the analysis. */
  readonly canary: MetricScope;
  /** Pods of the version that serves, over the same window. They have no traffic once the new version gets all of it. */
  readonly stable: MetricScope;
  /**
   * Address that only the new version answers, such as `http://fraud-canary:8080`.
   *
   * @default - both versions stand behind one Service
   */
  readonly canaryAddress?: string;
}

/** A guardrail as the metrics of one deployment express it. */
export interface GuardrailCheck {
  /**
   * The number to judge: one series, or none where there is nothing to judge.
   *
   * @default - something else than Prometheus is asked, as `provider` says
   */
  readonly query?: MetricQuery;
  /**
   * What must hold, as a comparison, such as `< 0.1`.
   *
   * @default - the provider itself says whether it is well
   */
  readonly condition?: string;
  /**
   * Whether too few requests leave nothing to judge. Prometheus knows; other providers are asked whatever the traffic.
   *
   * @default true
   */
  readonly needsTraffic?: boolean;
  /**
   * Who exports what the query asks for, where it is neither the pods nor the cluster.
   *
   * @default - the pods or the cluster
   */
  readonly external?: ExternalMetrics[];
  /**
   * What is asked instead of Prometheus: raw `provider` of a metric of Argo Rollouts, with one key, such as `job` or `web`.
   *
   * @default - Prometheus is asked
   */
  readonly provider?: { [providerName: string]: any };
  /**
   * Secrets that the provider uses as `{{args.<name>}}`. Names are unique within a rollout.
   *
   * @default - none
   */
  readonly secrets?: { [argName: string]: SecretRef };
  /**
   * Secrets that the containers of a job read from their environment.
   *
   * @default - none
   */
  readonly secretEnv?: { [variable: string]: SecretRef };
  /**
   * How often a stage asks.
   *
   * @default - once each interval
   */
  readonly measurements?: number;
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
