import { ServingMetrics } from '../core/serving-metrics';

/**
 * Who counts and times the requests of a model, where its pods do not: the mesh in front of them, or a gateway.
 *
 * @see https://istio.io/latest/docs/reference/config/metrics/
 */
export interface RequestSource {
  /**
   * What it exports, such as `ServingMetrics.istio()`, scraped by whoever runs it. Its reporter has to fit the mesh of the platform: the
   * destination or the source where there are sidecars, the waypoint in ambient mode.
   */
  readonly metrics: ServingMetrics;
  /** Label matchers of the requests of this model, such as `destination_workload="fraud",destination_workload_namespace="ml"`. */
  readonly selector: string;
  /**
   * Label that holds the version of the model, such as `destination_version`.
   *
   * @default - requests are not told apart by version
   */
  readonly versionLabel?: string;
}
