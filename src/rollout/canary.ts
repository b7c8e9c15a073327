import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { initialDelayOf, settingsOf } from './analysis-settings';
import { CanaryStrategyOptions } from './canary-options';
import { CanaryRollout } from './canary-rollout';
import { stagesOf, weightsFollowAutoscaler } from './canary-stages';
import { Guardrail } from './guardrails';
import { progressDeadline } from './progress-deadline';
import { RollbackTerm } from './rollback-term';
import { fasterShare, rollbackTerms, Roll } from './rollback-terms';
import { IRolloutStrategy, RolloutBinding, RolloutTarget } from './strategy';
import { Rollback } from '../core/rollback';
import { InputProblems } from '../private/input-error';
import { wholeSeconds } from '../private/whole-units';

/** A Rollout whose stages are judged by guardrails, and the Service that clients call. */
export class Canary implements IRolloutStrategy {
  private readonly minReady: Duration;

  public constructor(private readonly options: CanaryStrategyOptions) {
    this.minReady = wholeSeconds(options.minReady ?? Duration.seconds(10));
  }

  public bind(scope: Construct, target: RolloutTarget): RolloutBinding {
    const { pod, replicas, autoscaled, serviceName, podLabels, port, metrics, platform } = target;
    this.requireFits(scope, target);
    const workload = new CanaryRollout(scope, 'Rollout', {
      ...pod.workload,
      ...this.options,
      guardrails: this.options.guardrails ?? Guardrail.fromSlo(target.slo),
      podFields: pod.podFields,
      containerFields: pod.containerFields,
      progressDeadline: progressDeadline(target, this.minReady),
      replicas: autoscaled ? undefined : replicas,
      // the serving has one for its pods, whatever rolls them
      disruptionBudget: false,
      serviceName,
      serviceSelector: podLabels,
      port,
      metrics,
      platform,
    });
    if (autoscaled) {workload.markHasAutoscaler();}
    const roll = this.rollOf(target);
    return {
      workload,
      service: workload.service,
      worstCaseRollback: [...this.stages(), ...rollbackTerms(roll)],
      rollbackCalls: Rollback.ofRollout({ name: workload.rolloutName, namespace: workload.rolloutNamespace }),
      fasterRollback: this.fasterRollback(roll),
      route: workload.route,
      rollout: workload,
    };
  }

  private requireFits(scope: Construct, target: RolloutTarget): void {
    const problems = new InputProblems();
    const { interval, toleratedBreaches } = settingsOf(this.options.analysis);
    const delay = initialDelayOf(settingsOf(this.options.analysis));
    const seen = delay + interval * (toleratedBreaches + 1);
    const objective = target.rollbackObjective.toSeconds();
    if (seen > objective) {
      problems.add('rollout/analysis-longer-than-objective',
        `a version that is bad from the start goes back after ${seen}s (${delay}s until the window holds nothing else, ${toleratedBreaches + 1} x ${interval}s), ` +
        `above the rollback objective of ${objective}s; measure over a shorter window, more often, or tolerate fewer breaches`);
    }
    if (target.autoscaled && !this.options.router.capabilities.weights && stagesOf(this.options).length > 1) {
      problems.add('rollout/weights-follow-autoscaler', weightsFollowAutoscaler(this.options));
    }
    problems.throwAt(scope, 'Rollout');
  }

  /**
   * During a canary an abort is the shorter way. The worst case is a version that turns out bad after its promotion, when the pods of the one before
   * are gone: its revision is within the rollback window, so it needs no stages, but its pods have to start, all at once where a router keeps
   * requests away from them.
   */
  private rollOf(target: RolloutTarget): Roll {
    const maxSurgePercent = this.options.router.capabilities.weights ? 100 : this.options.maxSurgePercent ?? 25;
    return { target, minReady: this.minReady, share: { maxSurgePercent, maxUnavailablePercent: 0 } };
  }

  private stages(): RollbackTerm[] {
    if (this.options.rollbackWindow !== 0) {return [];}
    const seconds = stagesOf(this.options).reduce((sum, { duration }) => sum + duration.toSeconds(), 0);
    return [{ term: 'stages', duration: Duration.seconds(seconds), why: 'the version before goes through all stages again, as the rollback window is 0' }];
  }

  private fasterRollback(roll: Roll): string | undefined {
    if (this.options.rollbackWindow === 0) {return 'let the version before skip the stages with rollbackWindow';}
    const enough = this.options.router.capabilities.weights ? undefined : fasterShare(roll, 'maxSurgePercent');
    return enough === undefined ? undefined : `roll more pods at once with RolloutStrategy.canary({ maxSurgePercent: ${enough} })`;
  }
}
