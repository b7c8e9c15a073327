import { Duration } from 'cdk8s';
import { ContainerResources } from 'cdk8s-plus-28';
import { ExternalMetrics } from '../core/external-metrics';
import { ImageRef } from '../core/image-ref';
import { SecretRef } from '../core/secret-ref';

/** Options of `Guardrail.custom()`. */
export interface CustomGuardrailOptions {
  /**
   * Who exports what the query asks for, where it is neither the pods nor the cluster.
   *
   * @default - the pods or the cluster
   */
  readonly external?: ExternalMetrics[];
  /**
   * Whether too few requests leave nothing to judge.
   *
   * @default true
   */
  readonly needsTraffic?: boolean;
}

/** Options of `Guardrail.outputWithin()`. At least one limit. */
export interface OutputLimits {
  /**
   * Lower end: outputs up to here are outside. A bound of the buckets.
   *
   * @default - there is no lower end
   */
  readonly min?: number;
  /**
   * Upper end: outputs above are outside. A bound of the buckets.
   *
   * @default - there is no upper end
   */
  readonly max?: number;
  /**
   * Share of the outputs that may lie outside, between 0 and 1.
   *
   * @default 0
   */
  readonly outsideRatioAtMost?: number;
  /**
   * Share of the predictions that may be missing or no number, between 0 and 1.
   *
   * @default - missing predictions are not judged
   */
  readonly nullRatioBelow?: number;
  /**
   * Share of the outputs that may fall into one bucket, above one half and below 1: a model that answers the same to everybody is broken, though it
   * is fast and makes no errors.
   *
   * @default - equal outputs are not judged
   */
  readonly constantRatioBelow?: number;
  /**
   * Whether each share is what the new version may have above the version that serves, at the same time. `constantRatioBelow` may be below one half
   * then. Ask twice for both: the guardrails are called `output-range-compared`, `output-nulls-compared` and `output-constant-compared`.
   *
   * @default false
   */
  readonly comparedWithStable?: boolean;
}

/** Options of `Guardrail.scoreDriftBelow()`. */
export interface ScoreDriftOptions {
  /**
   * Outputs that have to stand behind a comparison, counted as `n * m / (n + m)` of both versions, within the window.
   *
   * @default - so many that chance alone exceeds the distance in one of a thousand measurements: 3.8 divided by its square, such as 95 for 0.2
   */
  readonly minimumOutputs?: number;
}

/** Options of `Guardrail.businessKpi()`. */
export interface BusinessKpiGuardrailOptions {
  /** What must hold, as a comparison, such as `>= 0.35`. */
  readonly condition: string;
  /** Who exports what the query asks for. */
  readonly exportedBy: ExternalMetrics[];
  /**
   * Whether the condition is about the number of the new version divided by that of the version that serves, at the same time. Needs
   * `{{args.canary-hash}}` in the query.
   *
   * @default false
   */
  readonly comparedWithStable?: boolean;
}

/** Options of `Guardrail.jobSucceeds()`. */
export interface JobGuardrailOptions {
  /** Image of the job. */
  readonly image: ImageRef;
  /** What the container asks for, from a trial run. */
  readonly resources: ContainerResources;
  /**
   * Command of the container.
   *
   * @default - that of the image
   */
  readonly command?: string[];
  /**
   * Arguments of the command.
   *
   * @default - those of the image
   */
  readonly args?: string[];
  /**
   * Environment. The job is told by itself: `CANARY_HASH` and `STABLE_HASH`, and `CANARY_URL` where only the new version answers there.
   *
   * @default - nothing else
   */
  readonly env?: { [name: string]: string };
  /**
   * Environment whose values are secrets.
   *
   * @default - none
   */
  readonly secretEnv?: { [name: string]: SecretRef };
  /**
   * Longest time for all attempts together. What takes longer has failed, and the rollout goes back.
   *
   * @default Duration.minutes(10)
   */
  readonly deadline?: Duration;
  /**
   * Attempts after the first one. A check that has to be repeated until it passes is no check.
   *
   * @default 0
   */
  readonly retries?: number;
  /**
   * ServiceAccount that the job runs as.
   *
   * @default - the `default` one of the namespace, without a token
   */
  readonly serviceAccountName?: string;
}

/** Options of `Guardrail.webReturns()`. */
export interface WebGuardrailOptions {
  /** Address that answers JSON with a status between 200 and 299. `{{args.canary-hash}}` stands for the hash of the new version. */
  readonly url: string;
  /** Where the value is in the answer, such as `{$.fraud.precision}`. */
  readonly jsonPath: string;
  /** What must hold of the value: a comparison with a number such as `< 0.1`, or with `true`, `false` or a text in double quotes. */
  readonly condition: string;
  /**
   * Raw JSON that is sent by POST.
   *
   * @default - nothing is sent: GET
   */
  readonly jsonBody?: { [name: string]: any };
  /**
   * How long an answer may take. What takes longer counts as unreachable.
   *
   * @default Duration.seconds(10)
   */
  readonly timeout?: Duration;
  /**
   * Headers.
   *
   * @default - none
   */
  readonly headers?: { [name: string]: string };
  /**
   * Headers whose whole values are secrets, such as `Authorization`.
   *
   * @default - none
   */
  readonly secretHeaders?: { [name: string]: SecretRef };
}
