import { Duration } from 'cdk8s';
import { AnalysisOptions } from './analysis-options';
import { IGuardrail } from './guardrail';
import { ITrafficRouter } from '../serving/traffic-router';

/** One stage of a canary. */
export interface CanaryStage {
  /** Share of the requests that the new version gets, in percent. */
  readonly weight: number;
  /**
   * How long the new version is watched at this share.
   *
   * @default Duration.minutes(30)
   */
  readonly duration?: Duration;
}

/** Options of a canary, wherever it is used. */
export interface CanaryOptions {
  /** Who shares requests out between the versions. */
  readonly router: ITrafficRouter;
  /**
   * Stages on the way to all requests. The last one is all of them: the old version is let go only after the new one carried the whole load.
   *
   * @default - 5, 25, 50 and 100 percent, 30 minutes each
   */
  readonly stages?: CanaryStage[];
  /**
   * How guardrails are measured.
   *
   * @default - every minute over five minutes, no breach tolerated
   */
  readonly analysis?: AnalysisOptions;
  /**
   * How long the pods of the version before stay after a promotion, so that a rollback needs no start. Only a router can do that.
   *
   * @default Duration.minutes(10)
   */
  readonly warmStandby?: Duration;
  /**
   * Pods beyond the wished number that may exist during a roll, in percent of it, rounded up, where the number of pods shares requests out.
   *
   * @default 25
   */
  readonly maxSurgePercent?: number;
  /**
   * How long a new pod must be ready before it counts.
   *
   * @default Duration.seconds(10)
   */
  readonly minReady?: Duration;
}

/** Options of `RolloutStrategy.canary()`. */
export interface CanaryStrategyOptions extends CanaryOptions {
  /**
   * What the new version must meet at every stage.
   *
   * @default - what the model's objectives promise: `Guardrail.fromSlo()`
   */
  readonly guardrails?: IGuardrail[];
}
