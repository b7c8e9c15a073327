import { ApiObject, ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { ObjectProps } from './core-kinds';

/** `v1` Service for pods that cdk8s-plus does not know. */
export class Service extends ApiObject {
  public constructor(scope: Construct, id: string, props: ObjectProps) {
    super(scope, id, { apiVersion: 'v1', kind: 'Service', ...props });
  }
}

/** `v1` PersistentVolumeClaim. */
export class PersistentVolumeClaim extends ApiObject {
  public constructor(scope: Construct, id: string, props: ObjectProps) {
    super(scope, id, { apiVersion: 'v1', kind: 'PersistentVolumeClaim', ...props });
  }
}

/** `v1` ConfigMap. */
export class ConfigMap extends ApiObject {
  public constructor(scope: Construct, id: string, props: { readonly metadata?: ApiObjectMetadata; readonly data: { [key: string]: string } }) {
    super(scope, id, { apiVersion: 'v1', kind: 'ConfigMap', ...props });
  }
}
