import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { serviceOf } from './client-service';
import { progressDeadline } from './progress-deadline';
import { fasterShare, rollbackTerms, Roll } from './rollback-terms';
import { RollingUpdateOptions } from './rolling-update-options';
import { RollingWorkload } from './rolling-workload';
import { IRolloutStrategy, RolloutBinding, RolloutTarget } from './strategy';
import { Rollback } from '../core/rollback';
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
    const share = { maxSurgePercent: this.maxSurgePercent, maxUnavailablePercent: this.maxUnavailablePercent };
    const roll: Roll = { target, minReady: this.minReady, share };
    return {
      workload,
      service,
      worstCaseRollback: rollbackTerms(roll),
      rollbackCalls: Rollback.ofDeployment({ name: workload.name, namespace: workload.metadata.namespace }),
      fasterRollback: this.fasterRollback(roll),
    };
  }

  private fasterRollback(roll: Roll): string | undefined {
    const option = this.maxSurgePercent === 0 ? 'maxUnavailablePercent' : 'maxSurgePercent';
    const enough = fasterShare(roll, option);
    if (enough === undefined) {return undefined;}
    const kept = option === 'maxUnavailablePercent' ? 'maxSurgePercent: 0, ' : '';
    return `roll more pods at once with RolloutStrategy.rollingUpdate({ ${kept}${option}: ${enough} })`;
  }
}

function isPercentage(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 100;
}
