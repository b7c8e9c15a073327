import { IWorkloadIdentity } from '../../serving/serving';
import { TrainingPipelineProps } from '../training-pipeline-props';

/** Properties of `KubeflowTrainingPipeline`. */
export interface KubeflowTrainingPipelineProps extends TrainingPipelineProps {
  /**
   * Identity that every step runs as: it may read the data, hand in candidates and move versions (`RegistryGrants.register()` and `.promote()`), and
   * read and write the artifacts of Kubeflow Pipelines. A run of Kubeflow has one account for all its steps.
   *
   * @default - none: variables and secrets decide
   */
  readonly identity?: IWorkloadIdentity;
  /**
   * Address of the API of Kubeflow Pipelines, as pods of the cluster reach it.
   *
   * @default - `http://ml-pipeline.<kubeflowNamespace>.svc:8888`
   */
  readonly apiUrl?: string;
  /**
   * Whom tokens for the API are made for, as it expects.
   *
   * @default pipelines.kubeflow.org
   */
  readonly apiAudience?: string;
  /**
   * Namespace of Kubeflow Pipelines.
   *
   * @default kubeflow
   */
  readonly kubeflowNamespace?: string;
}
