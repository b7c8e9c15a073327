import { ApiObject, Duration, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { RollingUpdateOptions } from './rolling-update-options';
import { RollingWorkload } from './rolling-workload';
import { IRolloutStrategy, RollbackTerm, RolloutBinding, RolloutTarget } from './strategy';
import { InputError } from '../private/input-error';

/** A Deployment that never has fewer ready pods than wished, and a Service in front of it. */
export class RollingUpdate implements IRolloutStrategy {
  private readonly maxSurgePercent: number;
  private readonly minReady: Duration;

  public constructor(options: RollingUpdateOptions) {
    this.maxSurgePercent = options.maxSurgePercent ?? 25;
    this.minReady = options.minReady ?? Duration.seconds(10);
    if (!Number.isInteger(this.maxSurgePercent) || this.maxSurgePercent < 1 || this.maxSurgePercent > 100) {
      throw new InputError('rollout/malformed-surge', `'maxSurgePercent' must be between 1 and 100, got ${this.maxSurgePercent}; no pod may be missing during a roll, so some must be added`);
    }
  }

  public bind(scope: Construct, target: RolloutTarget): RolloutBinding {
    const terms = this.rollbackTerms(target);
    const workload = new RollingWorkload(scope, 'Deployment', {
      pod: target.pod,
      replicas: target.autoscaled ? undefined : target.replicas,
      maxSurgePercent: this.maxSurgePercent,
      minReady: this.minReady,
      progressDeadline: progressDeadline(target, this.minReady),
    });
    const service = new kplus.Service(scope, 'Service', {
      metadata: { name: target.serviceName },
      selector: workload,
      ports: [{ name: 'http', port: target.port, targetPort: target.port }],
    });
    // cdk8s-plus writes the deprecated field even when it is empty
    ApiObject.of(service).addJsonPatch(JsonPatch.remove('/spec/externalIPs'));
    return { workload, service, worstCaseRollback: terms };
  }

  private rollbackTerms(target: RolloutTarget): RollbackTerm[] {
    const surge = Math.ceil(target.replicas * this.maxSurgePercent / 100);
    const waves = Math.ceil(target.replicas / surge);
    const times = (duration: Duration) => Duration.seconds(waves * duration.toSeconds());
    const perWave = `${target.replicas} pods, ${surge} at a time: ${waves} ${waves === 1 ? 'wave' : 'waves'}`;
    const terms: RollbackTerm[] = [
      { term: 'GitOps sync', duration: target.platform.gitOps.syncDelay, why: 'from the commit of the revert to its application' },
      { term: 'image pull and fetch', duration: times(target.pullBudget), why: `${perWave}, each on a node that has neither image nor artifact` },
      { term: 'start', duration: times(target.startupLimit), why: `${perWave}, each as slow as the startup probe allows` },
      { term: 'observation', duration: times(this.minReady), why: `${perWave}, each ready for this long before it counts` },
      { term: 'last requests', duration: target.terminationGrace, why: 'until the last pod of the bad version has finished' },
    ];
    return terms.filter((term) => term.duration.toSeconds() > 0);
  }
}

/** Long enough for the slowest pod that the probes allow: a deadline below that would call a healthy roll failed. */
function progressDeadline(target: RolloutTarget, minReady: Duration): Duration {
  const slowestPod = target.pullBudget.toSeconds() + target.startupLimit.toSeconds() + minReady.toSeconds();
  return Duration.seconds(Math.max(600, 2 * slowestPod));
}
