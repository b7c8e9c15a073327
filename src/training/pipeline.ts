import { NetworkPeer } from '../core/network-peer';

/** Why a model is trained again. */
export interface RetrainCause {
  /** Name of the model. */
  readonly model: string;
}

/** A server that starts trainings in place of the API server: that of Kubeflow Pipelines. */
export interface PipelineServer {
  /** Address, such as `http://ml-pipeline.kubeflow.svc:8888`. */
  readonly url: string;
  /** Whom tokens for it are made for. */
  readonly audience: string;
  /** Namespace that its runs belong to. */
  readonly namespace: string;
  /** Experiment that its runs stand in. */
  readonly experiment: string;
  /** Who answers for it. */
  readonly peer: NetworkPeer;
}

/** An object whose creation starts a training. */
export interface TrainingTrigger {
  /** Group and version, such as `argoproj.io/v1alpha1`. */
  readonly apiVersion: string;
  /** Resource that rights name, such as `workflows`. */
  readonly resource: string;
  /** Raw manifest, created as it is but for its parameters. Without a name: it has `generateName`. For a server: the body of its request. */
  readonly manifest: any;
  /**
   * Whom it is handed to.
   *
   * @default - the API server
   */
  readonly server?: PipelineServer;
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
