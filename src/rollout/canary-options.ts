import { Duration } from 'cdk8s';
import { AnalysisArgument } from './analysis-argument';
import { AnalysisOptions } from './analysis-options';
import { IAnalysisTemplate } from './analysis-template';
import { IGuardrail } from './guardrail';
import { RolloutNotification } from './rollout-notification';
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

/** A template that every stage runs beside the guardrails. */
export interface CanaryTemplate {
  /** The template. */
  readonly template: IAnalysisTemplate;
  /**
   * What the rollout passes. `canary-hash`, `stable-hash` and `namespace` it passes by itself.
   *
   * @default - nothing else
   */
  readonly args?: { [name: string]: AnalysisArgument };
}

/** How pods of two versions stay apart. */
export enum VersionAntiAffinity {
  /** Pods of one version go to nodes without the other where there are some. */
  PREFERRED = 'preferred',
  /** Pods of one version never go to a node of the other. A new version waits for nodes. */
  REQUIRED = 'required',
}

/** How a canary goes, whoever shares requests out. */
export interface CanarySettings {
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
   * Guardrails that are measured from the first stage to the last by one analysis, whose breaches are counted together.
   *
   * @default - none: each stage measures by itself
   */
  readonly backgroundGuardrails?: IGuardrail[];
  /**
   * Guardrails that every stage measures and records, while a breach changes nothing: to find a threshold before it decides.
   *
   * @default - none
   */
  readonly dryRun?: IGuardrail[];
  /**
   * Templates that every stage runs beside the guardrails, such as those that a platform team keeps. Argo Rollouts 1.10 accepts one that reads
   * secrets only where there is one stage, and so does a canary.
   *
   * @default - none
   */
  readonly templates?: CanaryTemplate[];
  /**
   * How long the pods of the version before stay after a promotion, so that a rollback needs no start. Only a router can do that.
   *
   * @default Duration.minutes(10)
   */
  readonly warmStandby?: Duration;
  /**
   * Versions that stay warm at the same time, where several are promoted within `warmStandby`.
   *
   * @default 1
   */
  readonly scaleDownDelayRevisionLimit?: number;
  /**
   * How long the pods of a version that went back stay, so that somebody can look into them. `Duration.seconds(0)` keeps them until the next
   * version comes. Only a router can do that.
   *
   * @default Duration.minutes(10)
   */
  readonly abortScaleDownDelay?: Duration;
  /**
   * Versions back to which a rollback goes at once, without stages, since they served a moment ago.
   *
   * @default 3
   */
  readonly rollbackWindow?: number;
  /**
   * Old versions that can be gone back to at all.
   *
   * @default 10
   */
  readonly revisionHistoryLimit?: number;
  /**
   * Whether pods of the two versions stay on different nodes, so that one cannot slow down the other and be taken for the better one.
   *
   * @default - they share nodes
   */
  readonly antiAffinity?: VersionAntiAffinity;
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
  /**
   * Whom Argo Rollouts itself tells what happens, beside the alerts.
   *
   * @default - nobody
   */
  readonly notifications?: RolloutNotification[];
}

/** Options of a canary, wherever it is used. */
export interface CanaryOptions extends CanarySettings {
  /** Who shares requests out between the versions. */
  readonly router: ITrafficRouter;
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
