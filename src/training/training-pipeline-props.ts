import { Duration } from 'cdk8s';
import { ContainerResources } from 'cdk8s-plus-28';
import { IEvaluationGate } from './gate';
import { ReleaseTarget } from './release-target';
import { TrainingData } from './training-data';
import { TrainingProgram } from './training-program';
import { Gpu } from '../core/gpu';
import { ImageRef } from '../core/image-ref';
import { NetworkPeer } from '../core/network-peer';
import { Owner } from '../core/owner';
import { PlatformProfile } from '../core/platform-profile';
import { RuntimeImage } from '../core/runtime-image';
import { IModelRegistry } from '../registry/model-registry';

/** When a person has to say yes before a version is tried on users. */
export enum Approval {
  /** When the architecture is another than the champion's. */
  NEW_ARCHITECTURE = 'new-architecture',
  /** Always. */
  ALWAYS = 'always',
}

/** What only its user knows about a pipeline, whatever runs it. */
export interface TrainingPipelineOptions {
  /** What it trains on. */
  readonly data: TrainingData;
  /** Program that measures a model on the golden set, with its arguments. It is told `MODEL_PATH`, `GOLDEN_SET` and `METRICS_PATH`. */
  readonly evaluator: string[];
  /** What training, tests and evaluation may use. */
  readonly resources: ContainerResources;
  /** How long a run may take, but for the wait for a person and for the stages of the release. */
  readonly deadline: Duration;
  /**
   * Image of the evaluation: the runtime's full one, with what the model needs added.
   *
   * @default - the runtime's full image
   */
  readonly evaluationImage?: ImageRef;
  /**
   * Devices for training, tests and evaluation.
   *
   * @default - none
   */
  readonly gpu?: Gpu;
  /**
   * When a person has to say yes.
   *
   * @default Approval.NEW_ARCHITECTURE
   */
  readonly approval?: Approval;
  /**
   * Whether decisions of the model can hurt people. A person has to say yes to every version then.
   *
   * @default false
   */
  readonly highImpact?: boolean;
}

/** What pipelines have in common, whatever runs them. */
export interface TrainingPipelineProps extends TrainingPipelineOptions {
  /** What checks data, trains and tests. */
  readonly program: TrainingProgram;
  /** What a version must pass before anybody is served by it. */
  readonly gate: IEvaluationGate;
  /** Where versions are handed in, and moved. */
  readonly registry: IModelRegistry;
  /** Images of the runtime. */
  readonly runtime: RuntimeImage;
  /** Who answers for it. */
  readonly owner: Owner;
  /** What the cluster has. */
  readonly platform: PlatformProfile;
  /** Whom the steps have to reach: the data, the registry, the object store. Everybody else but the API server is out of reach. */
  readonly egress: NetworkPeer[];
  /**
   * What a version that passed is released to.
   *
   * @default - nothing: the version becomes the challenger, and people release and promote it
   */
  readonly release?: ReleaseTarget;
}
