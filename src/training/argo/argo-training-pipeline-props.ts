import { Duration, Size } from 'cdk8s';
import { NetworkPeer } from '../../core/network-peer';
import { IWorkloadIdentity } from '../../serving/serving';
import { ArtifactStore } from '../artifact-store';
import { TrainingPipelineOptions, TrainingPipelineProps } from '../training-pipeline-props';

/** What only its user knows about a pipeline of Argo Workflows. */
export interface ArgoTrainingPipelineOptions extends TrainingPipelineOptions {
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
export interface ArgoTrainingPipelineProps extends ArgoTrainingPipelineOptions, TrainingPipelineProps {
  /** Where steps leave what the next ones need. */
  readonly artifacts: ArtifactStore;
}
