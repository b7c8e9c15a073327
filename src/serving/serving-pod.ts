import { WorkloadProps } from 'cdk8s-plus-28';

/** The pods of a serving, as a strategy renders them. */
export interface ServingPod {
  /** What cdk8s-plus can say: containers, volumes, service account, security, labels. */
  readonly workload: WorkloadProps;
  /**
   * Raw fields of the pod that cdk8s-plus lacks. They win over what it renders. Spread constraints without a selector
   * get the workload's, counted revision by revision.
   */
  readonly podFields: { [field: string]: any };
  /** Raw fields of a container that cdk8s-plus lacks, by name of the container. They win over what it renders. */
  readonly containerFields: { [containerName: string]: any };
}
