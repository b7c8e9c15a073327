import { Duration } from 'cdk8s';
import { AnalysisOptions } from './analysis-options';
import { CanaryStage } from './canary-options';
import { IGuardrail } from './guardrail';
import { IStagedServing } from './staged-serving';
import { NetworkPeer } from '../core/network-peer';
import { PlatformProfile } from '../core/platform-profile';
import { RuntimeImage } from '../core/runtime-image';

/** Properties of `StagedTraffic`. */
export interface StagedTrafficProps {
  /** The model, in an object that shares requests out between two versions. */
  readonly serving: IStagedServing;
  /** The image of the program that moves the shares. */
  readonly runtime: RuntimeImage;
  /** What the cluster has. It needs a metrics backend. */
  readonly platform: PlatformProfile;
  /**
   * What the new version must meet at every stage, as far as Prometheus can say it: a guardrail that runs a job or calls a web service is refused.
   *
   * @default - what the model's objectives promise: `Guardrail.fromSlo()`
   */
  readonly guardrails?: IGuardrail[];
  /**
   * Stages on the way to all requests.
   *
   * @default - 5, 25, 50 and 100 percent, 30 minutes each
   */
  readonly stages?: CanaryStage[];
  /**
   * How guardrails are measured. Nobody waits for a person here, so missing data sends the version back when the patience for it ends.
   *
   * @default - every minute over five minutes, no breach tolerated, ten minutes of patience for missing data
   */
  readonly analysis?: AnalysisOptions;
  /**
   * How long the new version is given until it can answer. It gets no requests before.
   *
   * @default - as long as the startup probe, pull and fetch of the model allow, and five minutes
   */
  readonly readyWithin?: Duration;
  /**
   * Where the program finds Prometheus.
   *
   * @default - the pods of Prometheus that the metrics backend knows
   */
  readonly prometheusAt?: NetworkPeer;
}
