import { IEvaluationGate, QualityGate } from './gate';
import { GoldenSet } from './golden-set';
import { QualityGates } from './quality-gates';
import { ModelRef } from '../core/model-ref';

/** Properties of `EvaluationGate`. */
export interface EvaluationGateProps {
  /** The model that is judged. */
  readonly model: ModelRef;
  /** What it is judged on. */
  readonly goldenSet: GoldenSet;
  /** What it must reach. */
  readonly qualityGates: QualityGates;
}

/** Judges a version on a golden set, against bounds and against the champion. It blocks: `mlops promote` asks for its report. */
export class EvaluationGate implements IEvaluationGate {
  /**
   * The gate of one model.
   *
   * @param props model, golden set, bounds
   */
  public static of(props: EvaluationGateProps): EvaluationGate {
    return new EvaluationGate(props.model.modelName, props.goldenSet, props.qualityGates);
  }

  private constructor(
    public readonly gatedModel: string,
    /** What it is judged on. */
    public readonly goldenSet: GoldenSet,
    /** What it must reach. */
    public readonly qualityGates: QualityGates,
  ) {}

  public get goldenSetSha256(): string {
    return this.goldenSet.sha256;
  }

  public get goldenSetUri(): string {
    return this.goldenSet.uri;
  }

  public get gates(): QualityGate[] {
    return this.qualityGates.gates;
  }
}
