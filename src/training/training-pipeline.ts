import { Construct } from 'constructs';
import { ArgoTrainingPipeline } from './argo/argo-training-pipeline';
import { ArgoTrainingPipelineProps } from './argo/argo-training-pipeline-props';
import { KubeflowTrainingPipeline } from './kubeflow/kubeflow-training-pipeline';
import { KubeflowTrainingPipelineProps } from './kubeflow/kubeflow-training-pipeline-props';
import { ITrainingPipeline, RetrainCause, TrainingTrigger } from './pipeline';
import { RetrainParameter } from './retrain-parameters';
import { workflowTrigger } from './workflow-trigger';
import { InputProblems } from '../private/input-error';
import { isSubdomain } from '../private/kubernetes-names';

/** Options of `TrainingPipeline.fromWorkflowTemplateName()`. */
export interface WorkflowTemplateOptions {
  /**
   * ServiceAccount that the workflow runs as.
   *
   * @default - that of the template
   */
  readonly serviceAccountName?: string;
  /**
   * Parameter of the template that takes the drifted features, a list in JSON.
   *
   * @default drifted-features
   */
  readonly driftedFeaturesParameter?: string;
  /**
   * Parameter of the template that takes the reason.
   *
   * @default reason
   */
  readonly reasonParameter?: string;
}

/** Pipelines that train a model. */
export class TrainingPipeline {
  /**
   * A pipeline of Argo Workflows, from the check of the data to the promotion.
   *
   * @param scope where it is declared, in a chart with a namespace
   * @param id id in that scope
   * @param props program, data, gate, release
   * @throws if anything about the gate, the owner, the schedule or the release is wrong; every problem at once
   */
  public static argoWorkflow(scope: Construct, id: string, props: ArgoTrainingPipelineProps): ArgoTrainingPipeline {
    return new ArgoTrainingPipeline(scope, id, props);
  }

  /**
   * The same as a pipeline of Kubeflow Pipelines v2, whose spec stands beside the manifests and goes with every run that drift starts.
   *
   * @param scope where it is declared, in a chart with a namespace: that of the runs
   * @param id id in that scope
   * @param props program, data, gate, release
   * @throws if anything about the gate, the owner, the addresses or the release is wrong; every problem at once
   */
  public static kubeflow(scope: Construct, id: string, props: KubeflowTrainingPipelineProps): KubeflowTrainingPipeline {
    return new KubeflowTrainingPipeline(scope, id, props);
  }

  /**
   * A WorkflowTemplate of Argo Workflows that exists in the namespace. It must have both parameters.
   *
   * @param templateName name of the template
   * @param options account, names of the parameters
   * @throws if Kubernetes would refuse a name
   * @see https://argo-workflows.readthedocs.io/en/latest/workflow-templates/
   */
  public static fromWorkflowTemplateName(templateName: string, options: WorkflowTemplateOptions = {}): ITrainingPipeline {
    const problems = new InputProblems();
    for (const [what, name] of Object.entries({ templateName, serviceAccountName: options.serviceAccountName ?? templateName })) {
      if (!isSubdomain(name)) {
        problems.add('training/malformed-name', `'${what}' must be lower-case letters, digits, '-' and '.', got '${name}'`);
      }
    }
    problems.throwAll();
    return new ReferencedTemplate(templateName, options);
  }

  private constructor() {}
}

class ReferencedTemplate implements ITrainingPipeline {
  public constructor(private readonly templateName: string, private readonly options: WorkflowTemplateOptions) {}

  public toTrigger({ model }: RetrainCause): TrainingTrigger {
    const {
      serviceAccountName, driftedFeaturesParameter = RetrainParameter.DRIFTED_FEATURES, reasonParameter = RetrainParameter.REASON,
    } = this.options;
    return workflowTrigger(model, { templateName: this.templateName, serviceAccountName, driftedFeaturesParameter, reasonParameter });
  }
}
