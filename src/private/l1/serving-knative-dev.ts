import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { ObjectProps } from './core-kinds';

/** `serving.knative.dev/v1` Service. */
export class KnativeServiceObject extends ApiObject {
  public constructor(scope: Construct, id: string, props: ObjectProps) {
    super(scope, id, { apiVersion: 'serving.knative.dev/v1', kind: 'Service', ...props });
  }
}
