import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { ObjectProps } from './core-kinds';

/** `argoproj.io/v1alpha1` WorkflowTemplate, of Argo Workflows 3.6 or newer. */
export class WorkflowTemplate extends ApiObject {
  public constructor(scope: Construct, id: string, props: ObjectProps) {
    super(scope, id, { apiVersion: 'argoproj.io/v1alpha1', kind: 'WorkflowTemplate', ...props });
  }
}

/** `argoproj.io/v1alpha1` CronWorkflow, of Argo Workflows 3.6 or newer. */
export class CronWorkflow extends ApiObject {
  public constructor(scope: Construct, id: string, props: ObjectProps) {
    super(scope, id, { apiVersion: 'argoproj.io/v1alpha1', kind: 'CronWorkflow', ...props });
  }
}
