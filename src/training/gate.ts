/** How a number of the candidate must compare with that of the champion. */
export enum GateComparison {
  /** At least as high. */
  AT_LEAST = 'gte',
  /** At most as high. */
  AT_MOST = 'lte',
}

/** What one number must be. Bound and comparison both apply; a number that nobody reports fails. */
export interface QualityGate {
  /** Name of the number, as the training or the evaluation reports it. */
  readonly metric: string;
  /**
   * Smallest value.
   *
   * @default - no smallest value
   */
  readonly minimum?: number;
  /**
   * Greatest value.
   *
   * @default - no greatest value
   */
  readonly maximum?: number;
  /**
   * How it must compare with the champion.
   *
   * @default - it is not compared
   */
  readonly comparison?: GateComparison;
}

/** What a trained version must pass before it is promoted. */
export interface IEvaluationGate {
  /** Name of the model that is judged. */
  readonly gatedModel: string;
  /** SHA-256 of the golden set that it is judged on, 64 hex digits. */
  readonly goldenSetSha256: string;
  /** Address of the golden set, such as `s3://acme-registry/reference/fraud/golden.parquet`. */
  readonly goldenSetUri: string;
  /** What its numbers must be. */
  readonly gates: QualityGate[];
}
