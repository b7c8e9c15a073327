import { AgreementOptions } from './agreement-options';
import { AnalysisOptions } from './analysis-options';
import { IGuardrail } from './guardrail';
import { IModelServing } from '../serving/serving';
import { ITrafficRoute } from '../serving/traffic-router';

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
   * Beginnings of the paths whose requests are copied, such as `/v2/models/fraud-detection/infer`: name them where other requests change something.
   * The numbers of the live model count the requests to all of its paths, so what it promises should be about these.
   *
   * @default - all requests
   */
  readonly paths?: string[];
  /**
   * What the shadow must meet beside the live model, which takes the place of the stable version.
   *
   * @default - no more than 1.2 times its latency at the percentile of the objective, half a percent more failures, and, where outputs are exported,
   * a distance of 0.2 of their distributions. Where the agreement of answers is pushed, it is judged besides, whatever stands here
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
