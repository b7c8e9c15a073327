import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { serviceOf } from './client-service';
import { progressDeadline } from './progress-deadline';
import { RollingUpdateOptions } from './rolling-update-options';
import { RollingWorkload } from './rolling-workload';
import { IRolloutStrategy, RollbackTerm, RolloutBinding, RolloutTarget } from './strategy';
import { InputProblems } from '../private/input-error';
import { wholeSeconds } from '../private/whole-units';

/** A Deployment that, unless asked otherwise, never has fewer ready pods than wished, and a Service in front of it. */
export class RollingUpdate implements IRolloutStrategy {
  private readonly maxSurgePercent: number;
  private readonly maxUnavailablePercent: number;
  private readonly minReady: Duration;

  public constructor(options: RollingUpdateOptions) {
    this.maxSurgePercent = options.maxSurgePercent ?? 25;
    this.maxUnavailablePercent = options.maxUnavailablePercent ?? 0;
    this.minReady = wholeSeconds(options.minReady ?? Duration.seconds(10));
    const problems = new InputProblems();
    if (!isPercentage(this.maxUnavailablePercent)) {
      problems.add('rollout/malformed-unavailable', `'maxUnavailablePercent' must be between 0 and 100, got ${this.maxUnavailablePercent}`);
    }
    if (!isPercentage(this.maxSurgePercent)) {
      problems.add('rollout/malformed-surge', `'maxSurgePercent' must be between 0 and 100, got ${this.maxSurgePercent}`);
    } else if (this.maxSurgePercent === 0 && this.maxUnavailablePercent === 0) {
      problems.add('rollout/no-way-to-roll',
        "'maxSurgePercent' must be above 0 where no pod may be missing during a roll, got 0; let some be missing with maxUnavailablePercent where there is no room for more");
    }
    problems.throwAll();
  }

  public bind(scope: Construct, target: RolloutTarget): RolloutBinding {
    const workload = new RollingWorkload(scope, 'Deployment', {
      pod: target.pod,
      replicas: target.autoscaled ? undefined : target.replicas,
      maxSurgePercent: this.maxSurgePercent,
      maxUnavailablePercent: this.maxUnavailablePercent,
      minReady: this.minReady,
      progressDeadline: progressDeadline(target, this.minReady),
    });
    const service = serviceOf(scope, 'Service', target.podLabels, target.port, target.serviceName);
    return {
      workload, service, worstCaseRollback: this.rollbackTerms(target, this.share), fasterRollback: this.fasterRollback(target),
    };
  }

  private get share(): Share {
    return { maxSurgePercent: this.maxSurgePercent, maxUnavailablePercent: this.maxUnavailablePercent };
  }

  private rollbackTerms(target: RolloutTarget, share: Share): RollbackTerm[] {
    const atOnce = podsAtOnce(target.replicas, share);
    const waves = Math.ceil(target.replicas / atOnce);
    const times = (duration: Duration) => Duration.seconds(waves * duration.toSeconds());
    const perWave = `${target.replicas} pods, ${atOnce} at a time: ${waves} ${waves === 1 ? 'wave' : 'waves'}`;
    const terms: RollbackTerm[] = [
      { term: 'GitOps sync', duration: target.platform.gitOps.syncDelay, why: 'from the commit of the revert to its application' },
      { term: 'image pull and fetch', duration: times(target.pullBudget), why: `${perWave}, each on a node that has neither image nor artifact` },
      { term: 'start', duration: times(target.startupLimit), why: `${perWave}, each as slow as the startup probe allows` },
      { term: 'observation', duration: times(this.minReady), why: `${perWave}, each ready for this long before it counts` },
      share.maxSurgePercent === 0
        ? { term: 'last requests', duration: times(target.terminationGrace), why: `${perWave}, each after pods of the bad version made room` }
        : { term: 'last requests', duration: target.terminationGrace, why: 'until the last pod of the bad version has finished' },
    ];
    return terms.filter((term) => term.duration.toSeconds() > 0);
  }

  /** The smallest share that meets the objective, in the way that pods are rolled already; none where even all at once are too slow. */
  private fasterRollback(target: RolloutTarget): string | undefined {
    const objective = target.rollbackObjective.toSeconds();
    const option = this.maxSurgePercent === 0 ? 'maxUnavailablePercent' : 'maxSurgePercent';
    const enough = Array.from({ length: 100 }, (_, i) => i + 1)
      .find((percent) => secondsOf(this.rollbackTerms(target, { ...this.share, [option]: percent })) <= objective);
    if (enough === undefined) {return undefined;}
    const kept = option === 'maxUnavailablePercent' ? 'maxSurgePercent: 0, ' : '';
    return `roll more pods at once with RolloutStrategy.rollingUpdate({ ${kept}${option}: ${enough} })`;
  }
}

/** How many pods may be added, and how many may be missing. */
interface Share {
  readonly maxSurgePercent: number;
  readonly maxUnavailablePercent: number;
}

function isPercentage(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 100;
}

/**
 * How many pods of one version start while as many of the other go, rounded as the Deployment controller does.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment
 */
function podsAtOnce(replicas: number, share: Share): number {
  const atOnce = Math.ceil(replicas * share.maxSurgePercent / 100) + Math.floor(replicas * share.maxUnavailablePercent / 100);
  return Math.min(replicas, Math.max(1, atOnce));
}

function secondsOf(terms: RollbackTerm[]): number {
  return terms.reduce((sum, term) => sum + term.duration.toSeconds(), 0);
}
