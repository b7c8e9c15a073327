/** What a trained version must pass before it is promoted. */
export interface IEvaluationGate {
  /** Name of the model that is judged. */
  readonly gatedModel: string;
  /** SHA-256 of the golden set that it is judged on, 64 hex digits. */
  readonly goldenSetSha256: string;
}
