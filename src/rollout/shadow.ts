import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { progressDeadline } from './progress-deadline';
import { ShadowOptions } from './shadow-options';
import { ShadowRollout } from './shadow-rollout';
import { IRolloutStrategy, RolloutBinding, RolloutTarget } from './strategy';

/** The pods of a serving as the shadow of another. */
export class Shadow implements IRolloutStrategy {
  public constructor(private readonly options: ShadowOptions) {}

  public bind(scope: Construct, target: RolloutTarget): RolloutBinding {
    const { pod, podLabels, serviceName, port, metrics, slo, platform } = target;
    const { workload, service } = new ShadowRollout(scope, 'Shadow', {
      ...this.options,
      pod,
      podLabels,
      serviceName,
      port,
      metrics,
      slo,
      platform,
      replicas: target.autoscaled ? undefined : target.replicas,
      progressDeadline: progressDeadline(target, Duration.seconds(10)),
    });
    return {
      workload,
      service,
      shadowName: serviceName,
      worstCaseRollback: [{ term: 'GitOps sync', duration: platform.gitOps.syncDelay, why: 'until nothing is copied any more; callers never hear a shadow' }],
    };
  }
}
