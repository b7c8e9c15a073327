import { TrainingTrigger } from './pipeline';
import { AuditKey } from '../private/audit';

/** Which template is started, and how it is told why. */
export interface WorkflowTriggerOptions {
  readonly templateName: string;
  readonly serviceAccountName?: string;
  readonly driftedFeaturesParameter: string;
  readonly reasonParameter: string;
}

/** A Workflow from a WorkflowTemplate of the namespace. */
export function workflowTrigger(model: string, options: WorkflowTriggerOptions): TrainingTrigger {
  const { templateName, serviceAccountName, driftedFeaturesParameter, reasonParameter } = options;
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    resource: 'workflows',
    manifest: {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Workflow',
      metadata: { generateName: `${model}-retrain-`, labels: { [AuditKey.MODEL]: model } },
      spec: {
        workflowTemplateRef: { name: templateName },
        serviceAccountName,
        arguments: { parameters: [driftedFeaturesParameter, reasonParameter].map((name) => ({ name, value: '' })) },
      },
    },
    driftedFeaturesParameter,
    reasonParameter,
  };
}
