import { ApiObject, Lazy } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { CronJob } from '../../private/l1/batch';
import { PodFields, renderPodTemplate } from '../../private/pod-template';

export interface ScoringCronJobProps {
  readonly workload: kplus.WorkloadProps;
  readonly fields: PodFields;
  /** Fields of the CronJob beside its template. */
  readonly schedule: { [field: string]: any };
  /** Fields of its Jobs beside their template. */
  readonly job: { [field: string]: any };
}

/** A CronJob that renders its pod template with every field that the API server knows. */
export class ScoringCronJob extends kplus.Workload {
  public readonly resourceType = 'cronjobs';
  protected readonly apiObject: ApiObject;

  public constructor(scope: Construct, id: string, private readonly props: ScoringCronJobProps) {
    super(scope, id, props.workload);
    this.apiObject = new CronJob(this, 'Resource', { spec: Lazy.any({ produce: () => this.render() }) });
  }

  private render(): any {
    const { fields, schedule, job } = this.props;
    return { ...schedule, jobTemplate: { spec: { ...job, template: renderPodTemplate(this, fields, 'batch.kubernetes.io/controller-uid') } } };
  }
}
