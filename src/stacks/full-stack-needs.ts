/**
 * Why a part of a stack is there: the pain that it answers, in a sentence each. The sentences stand in the report.
 *
 * Whether drift hurt, which is what automated retraining needs, stands beside it: `drift.retraining.evidence`.
 */
export interface FullStackNeeds {
  /**
   * What a bad version costs.
   *
   * @default - that of a model with `customerFacing`. Nobody said it of others
   */
  readonly canary?: string;
  /**
   * Requests per second in a quiet hour: a canary that hardly anybody asks cannot be judged.
   *
   * @default - nobody said it
   */
  readonly requestsPerSecond?: number;
  /**
   * What happened when inputs moved, or what would.
   *
   * @default - nobody said it
   */
  readonly drift?: string;
  /**
   * Who trains how often, so that a spreadsheet of runs is no longer enough. Asked for where the registry is MLflow.
   *
   * @default - nobody said it
   */
  readonly tracking?: string;
}
