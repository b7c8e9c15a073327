import { WorkloadProps } from 'cdk8s-plus-28';

/** The pods of a serving, as a strategy renders them. */
export interface ServingPod {
  /** What cdk8s-plus can say: containers, volumes, service account, security, labels. */
  readonly workload: WorkloadProps;
  /** Fields of the pod that cdk8s-plus lacks, in Kubernetes' own words; they win over what it renders. */
  readonly podFields: { [field: string]: any };
  /** Fields of a container that cdk8s-plus lacks, by name of the container; they win over what it renders. */
  readonly containerFields: { [containerName: string]: any };
}
