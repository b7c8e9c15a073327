/** Why a model is trained again. */
export interface RetrainCause {
  /** Name of the model. */
  readonly model: string;
}

/** An object whose creation starts a training. */
export interface TrainingTrigger {
  /** Group and version, such as `argoproj.io/v1alpha1`. */
  readonly apiVersion: string;
  /** Resource that rights name, such as `workflows`. */
  readonly resource: string;
  /** Raw manifest, created as it is but for its parameters. Without a name: it has `generateName`. */
  readonly manifest: any;
  /** Parameter that takes the names of the drifted features, a list in JSON. */
  readonly driftedFeaturesParameter: string;
  /** Parameter that takes the reason, in words. */
  readonly reasonParameter: string;
}

/** Something that trains a model when it is told to. */
export interface ITrainingPipeline {
  /**
   * What starts a training.
   *
   * @param cause why
   */
  toTrigger(cause: RetrainCause): TrainingTrigger;
}
