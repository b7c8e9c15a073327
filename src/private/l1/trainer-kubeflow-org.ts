import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { ObjectProps } from './core-kinds';

/** `trainer.kubeflow.org/v1alpha1` TrainJob, of Kubeflow Trainer 2.2 or newer. */
export class TrainJob extends ApiObject {
  public constructor(scope: Construct, id: string, props: ObjectProps) {
    super(scope, id, { apiVersion: 'trainer.kubeflow.org/v1alpha1', kind: 'TrainJob', ...props });
  }
}

/** `trainer.kubeflow.org/v1alpha1` TrainingRuntime, of Kubeflow Trainer 2.2 or newer. */
export class TrainingRuntime extends ApiObject {
  public constructor(scope: Construct, id: string, props: ObjectProps) {
    super(scope, id, { apiVersion: 'trainer.kubeflow.org/v1alpha1', kind: 'TrainingRuntime', ...props });
  }
}
