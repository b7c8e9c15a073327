import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { ObjectProps } from './core-kinds';

/** `serving.kserve.io/v1beta1` InferenceService. */
export class InferenceServiceObject extends ApiObject {
  public constructor(scope: Construct, id: string, props: ObjectProps) {
    super(scope, id, { apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService', ...props });
  }
}

/** `serving.kserve.io/v1alpha1` InferenceGraph. */
export class InferenceGraphObject extends ApiObject {
  public constructor(scope: Construct, id: string, props: ObjectProps) {
    super(scope, id, { apiVersion: 'serving.kserve.io/v1alpha1', kind: 'InferenceGraph', ...props });
  }
}
