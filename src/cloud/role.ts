import { IConstruct } from 'constructs';
import { IWorkloadIdentity } from '../serving/serving';

/** An IAM role that workloads run with. */
export interface IWorkloadRole extends IConstruct, IWorkloadIdentity {
  /** Name of the role, a plain string: known before Terraform runs. */
  readonly roleName: string;
  /** ARN of the role, a plain string: known before Terraform runs. */
  readonly roleArn: string;
}
