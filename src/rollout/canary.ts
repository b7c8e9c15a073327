import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { CanaryStrategyOptions } from './canary-options';
import { CanaryRollout } from './canary-rollout';
import { Guardrail } from './guardrails';
import { progressDeadline } from './progress-deadline';
import { IRolloutStrategy, RollbackTerm, RolloutBinding, RolloutTarget } from './strategy';

/** A Rollout whose stages are judged by guardrails, and the Service that clients call. */
export class Canary implements IRolloutStrategy {
  public constructor(private readonly options: CanaryStrategyOptions) {}

  public bind(scope: Construct, target: RolloutTarget): RolloutBinding {
    const { pod, replicas, autoscaled, serviceName, podLabels, port, metrics, platform } = target;
    const workload = new CanaryRollout(scope, 'Rollout', {
      ...pod.workload,
      ...this.options,
      guardrails: this.options.guardrails ?? Guardrail.fromSlo(target.slo),
      podFields: pod.podFields,
      containerFields: pod.containerFields,
      progressDeadline: progressDeadline(target, this.minReady),
      replicas,
      serviceName,
      serviceSelector: podLabels,
      port,
      metrics,
      platform,
    });
    if (autoscaled) {workload.markHasAutoscaler();}
    return { workload, service: workload.service, worstCaseRollback: this.rollbackTerms(target), route: workload.route };
  }

  /**
   * During a canary an abort is the shorter way. The worst case is a version that turns out bad after its promotion, when the pods of the one before
   * are gone: its revision is within the rollback window, so it needs no stages, but its pods have to start.
   */
  private rollbackTerms(target: RolloutTarget): RollbackTerm[] {
    const waves = this.options.router.capabilities.weights ? 1 : this.waves(target.replicas);
    const each = waves === 1 ? 'all pods at once' : `${waves} waves of pods`;
    const times = (duration: Duration) => Duration.seconds(waves * duration.toSeconds());
    const terms: RollbackTerm[] = [
      { term: 'GitOps sync', duration: target.platform.gitOps.syncDelay, why: 'from the commit of the revert to its application' },
      { term: 'image pull and fetch', duration: times(target.pullBudget), why: `${each}, on nodes that have neither image nor artifact` },
      { term: 'start', duration: times(target.startupLimit), why: `${each}, as slow as the startup probe allows` },
      { term: 'observation', duration: times(this.minReady), why: `${each}, ready for this long before they count` },
      { term: 'last requests', duration: target.terminationGrace, why: 'until the last pod of the bad version has finished' },
    ];
    return terms.filter(({ duration }) => duration.toSeconds() > 0);
  }

  private waves(replicas: number): number {
    return Math.ceil(replicas / Math.ceil(replicas * (this.options.maxSurgePercent ?? 25) / 100));
  }

  private get minReady(): Duration {
    return this.options.minReady ?? Duration.seconds(10);
  }
}
