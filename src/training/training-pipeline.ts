import { ITrainingPipeline, RetrainCause, TrainingTrigger } from './pipeline';
import { AuditKey } from '../private/audit';
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
    const { serviceAccountName, driftedFeaturesParameter = 'drifted-features', reasonParameter = 'reason' } = this.options;
    return {
      apiVersion: 'argoproj.io/v1alpha1',
      resource: 'workflows',
      manifest: {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Workflow',
        metadata: { generateName: `${model}-retrain-`, labels: { [AuditKey.MODEL]: model } },
        spec: {
          workflowTemplateRef: { name: this.templateName },
          serviceAccountName,
          arguments: { parameters: [driftedFeaturesParameter, reasonParameter].map((name) => ({ name, value: '' })) },
        },
      },
      driftedFeaturesParameter,
      reasonParameter,
    };
  }
}
