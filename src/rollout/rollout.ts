import { Duration } from 'cdk8s';
import { IConstruct } from 'constructs';

/** One stage of a rollout, as it is judged. */
export interface RolloutStage {
  /** Share of the requests that the new version gets, in percent. */
  readonly weight: number;
  /** How long it lasts. */
  readonly duration: Duration;
  /** Time from its start to the first measurement. */
  readonly firstMeasurement: Duration;
  /** What judges it. */
  readonly guardrailNames: string[];
}

/** A workload whose new versions take over stage by stage. */
export interface IRollout extends IConstruct {
  /** Name of the object. */
  readonly rolloutName: string;
  /** Namespace that it is in. Empty for the namespace that the manifests are applied to. */
  readonly rolloutNamespace: string;
  /** Stages on the way to all requests. */
  readonly stages: RolloutStage[];
}
