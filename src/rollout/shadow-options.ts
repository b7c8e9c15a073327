import { ContainerResources, IServiceAccount } from 'cdk8s-plus-28';
import { AnalysisOptions } from './analysis-options';
import { IGuardrail } from './guardrail';
import { RuntimeImage } from '../core/runtime-image';
import { IModelServing } from '../serving/serving';
import { ITrafficRoute } from '../serving/traffic-router';

/** How the answers themselves are compared, request by request. */
export interface AgreementOptions {
  /** Image of the job. */
  readonly image: RuntimeImage;
  /** Folder of the predictions that the live model logs, such as `s3://bucket/predictions-log/fraud-detection`. */
  readonly liveLog: string;
  /** Folder of the predictions that the shadow logs. */
  readonly shadowLog: string;
  /** CPU and memory of the job. */
  readonly resources: ContainerResources;
  /**
   * Field of a record that is the same for a request and its copy.
   *
   * @default request_id
   */
  readonly requestIdField?: string;
  /**
   * Share of the requests whose answers must agree, between 0 and 1.
   *
   * @default 0.99
   */
  readonly atLeast?: number;
  /**
   * Largest difference of two numbers that agree. Zero asks for equal answers.
   *
   * @default 0
   */
  readonly tolerance?: number;
  /**
   * When it runs, as cron reads it, in UTC.
   *
   * @default - once a day, at `17 5 * * *`
   */
  readonly schedule?: string;
  /**
   * ServiceAccount that may read both folders.
   *
   * @default - that of the namespace, without a token
   */
  readonly serviceAccount?: IServiceAccount;
  /**
   * Environment of the job, such as the address of the object storage.
   *
   * @default - nothing but the version of this library
   */
  readonly env?: { [name: string]: string };
}

/** Options of a shadow, wherever it is used. */
export interface ShadowOptions {
  /** The model that answers. */
  readonly live: IModelServing;
  /**
   * Its routes: `route` of a `ModelServing`, or what `InferenceGateway.addRoute()` returned.
   *
   * @default - there are none, which is refused: who does not route cannot copy
   */
  readonly route?: ITrafficRoute;
  /** Last day of the comparison, such as `2027-01-31`: from its end on, in UTC, an alert reminds the owner until the shadow is removed. */
  readonly until: string;
  /**
   * Share of the requests that are copied, in whole percent.
   *
   * @default 100
   */
  readonly percent?: number;
  /**
   * Beginnings of the paths whose requests are copied, such as `/v2/models/fraud-detection/infer`.
   *
   * @default - all requests
   */
  readonly paths?: string[];
  /**
   * What the shadow must meet beside the live model, which takes the place of the stable version.
   *
   * @default - no more than 1.2 times its latency at the percentile of the objective, half a percent more failures, and, where outputs are exported,
   * a distance of 0.2 of their distributions
   */
  readonly guardrails?: IGuardrail[];
  /**
   * How they are measured.
   *
   * @default - every minute over five minutes, no breach tolerated
   */
  readonly analysis?: AnalysisOptions;
  /**
   * How the answers themselves are compared.
   *
   * @default - distributions are compared, answers are not
   */
  readonly agreement?: AgreementOptions;
}
