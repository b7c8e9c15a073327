import { Duration, Size } from 'cdk8s';
import { ContainerResources } from 'cdk8s-plus-28';
import { Gpu } from '../../core/gpu';
import { ImageRef } from '../../core/image-ref';
import { NetworkPeer } from '../../core/network-peer';
import { Owner } from '../../core/owner';
import { PlatformProfile } from '../../core/platform-profile';
import { RuntimeImage } from '../../core/runtime-image';
import { IModelRegistry } from '../../registry/model-registry';
import { IWorkloadIdentity } from '../../serving/serving';
import { ArtifactStore } from '../artifact-store';
import { IEvaluationGate } from '../gate';
import { ReleaseTarget } from '../release-target';
import { TrainingData } from '../training-data';
import { TrainingProgram } from '../training-program';

/** When a person has to say yes before a version is tried on users. */
export enum Approval {
  /** When the architecture is another than the champion's. */
  NEW_ARCHITECTURE = 'new-architecture',
  /** Always. */
  ALWAYS = 'always',
}

/** What only its user knows about a pipeline of Argo Workflows. */
export interface ArgoTrainingPipelineOptions {
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
   * When it runs by the clock: five fields, minutes first.
   *
   * @default - when drift or a person starts it
   */
  readonly schedule?: string;
  /**
   * Time zone of the schedule.
   *
   * @default Etc/UTC
   */
  readonly timeZone?: string;
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
  /**
   * How long a run waits for a person. Other runs wait meanwhile.
   *
   * @default Duration.days(3)
   */
  readonly approvalWithin?: Duration;
  /**
   * Identity that may read the data and hand in candidates (`RegistryGrants.register()`), and read and write the artifacts.
   *
   * @default - none: variables and secrets decide
   */
  readonly trainer?: IWorkloadIdentity;
  /**
   * Identity that may move versions (`RegistryGrants.promote()`), and read the artifacts.
   *
   * @default - none: variables and secrets decide
   */
  readonly promoter?: IWorkloadIdentity;
  /**
   * Who answers for the API server, to which every step tells its result.
   *
   * @default - any address on the ports 443 and 6443
   */
  readonly apiServer?: NetworkPeer;
  /**
   * Most that data and model may take on the disk of a node.
   *
   * @default Size.gibibytes(10)
   */
  readonly workspaceSize?: Size;
}

/** Properties of `ArgoTrainingPipeline`. */
export interface ArgoTrainingPipelineProps extends ArgoTrainingPipelineOptions {
  /** What checks data, trains and tests. */
  readonly program: TrainingProgram;
  /** What a version must pass before anybody is served by it. */
  readonly gate: IEvaluationGate;
  /** Where versions are handed in, and moved. */
  readonly registry: IModelRegistry;
  /** Images of the runtime. */
  readonly runtime: RuntimeImage;
  /** Where steps leave what the next ones need. */
  readonly artifacts: ArtifactStore;
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
