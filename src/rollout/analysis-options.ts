import { Duration } from 'cdk8s';
import { NoData } from './no-data';
import { Unreachable } from './unreachable';
import { SecretRef } from '../core/secret-ref';

/** How guardrails are measured. */
export interface AnalysisOptions {
  /**
   * Time between two measurements. A breach is seen after this, times one more than `toleratedBreaches`.
   *
   * @default Duration.minutes(1)
   */
  readonly interval?: Duration;
  /**
   * Range that rates are taken over.
   *
   * @default Duration.minutes(5)
   */
  readonly window?: Duration;
  /**
   * How often the pods are scraped. The first measurement of a new version waits for this and the window. Later stages go on measuring at once.
   *
   * @default Duration.seconds(30)
   */
  readonly scrapeInterval?: Duration;
  /**
   * Breaches of one guardrail in one stage that are tolerated.
   *
   * @default 0
   */
  readonly toleratedBreaches?: number;
  /**
   * Requests within the window below which there is nothing to judge: one failure of three requests is no third.
   *
   * @default 20
   */
  readonly minimumRequests?: number;
  /**
   * What a measurement without data means.
   *
   * @default - ten minutes of patience, then the rollout waits for a person
   */
  readonly onEmpty?: NoData;
  /**
   * What happens while the metrics backend cannot be asked.
   *
   * @default - the rollout goes back after two minutes
   */
  readonly onUnreachable?: Unreachable;
  /**
   * Headers of every query to Prometheus whose values are secrets, such as `Authorization`. Argo Rollouts reads them from the namespace of the
   * rollout when it measures; no value stands in a manifest.
   *
   * @default - none
   */
  readonly secretHeaders?: { [header: string]: SecretRef };
  /**
   * Measurements of each guardrail that an AnalysisRun keeps for people to look at.
   *
   * @default - Argo Rollouts keeps ten
   */
  readonly measurementRetention?: number;
}
