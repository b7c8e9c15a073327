import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { ObjectProps } from './core-kinds';

/** `batch/v1` Job with every field that the API server knows. */
export class Job extends ApiObject {
  public constructor(scope: Construct, id: string, props: ObjectProps) {
    super(scope, id, { apiVersion: 'batch/v1', kind: 'Job', ...props });
  }
}

/** `batch/v1` CronJob with every field that the API server knows. */
export class CronJob extends ApiObject {
  public constructor(scope: Construct, id: string, props: ObjectProps) {
    super(scope, id, { apiVersion: 'batch/v1', kind: 'CronJob', ...props });
  }
}
