import { ApiObject, Duration, Lazy } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { Deployment } from '../private/l1/core-kinds';
import { renderPodTemplate } from '../private/pod-template';
import { ServingPod } from '../serving/serving-pod';

export interface RollingWorkloadProps {
  readonly pod: ServingPod;
  /** Undefined where an autoscaler decides. */
  readonly replicas?: number;
  readonly maxSurgePercent: number;
  readonly maxUnavailablePercent: number;
  readonly minReady: Duration;
  readonly progressDeadline: Duration;
}

/** A Deployment that renders its pod template with every field that the API server knows. */
export class RollingWorkload extends kplus.Workload {
  public readonly resourceType = 'deployments';
  protected readonly apiObject: ApiObject;
  private readonly props: RollingWorkloadProps;

  public constructor(scope: Construct, id: string, props: RollingWorkloadProps) {
    super(scope, id, props.pod.workload);
    this.props = props;
    this.apiObject = new Deployment(this, 'Resource', {
      metadata: props.pod.workload.metadata,
      spec: Lazy.any({ produce: () => this.render() }),
    });
  }

  private render(): any {
    const { pod, replicas, maxSurgePercent, maxUnavailablePercent, minReady, progressDeadline } = this.props;
    return {
      replicas,
      minReadySeconds: minReady.toSeconds(),
      progressDeadlineSeconds: progressDeadline.toSeconds(),
      revisionHistoryLimit: 10,
      selector: this._toLabelSelector(),
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: share(maxSurgePercent), maxUnavailable: share(maxUnavailablePercent) } },
      template: renderPodTemplate(this, pod, 'pod-template-hash'),
    };
  }
}

function share(percent: number): string | number {
  return percent === 0 ? 0 : `${percent}%`;
}
