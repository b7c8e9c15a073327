import { Duration } from 'cdk8s';
import { RollbackTerm } from './rollback-term';
import { RolloutTarget } from './strategy';

/** How many pods may be added, and how many may be missing. */
export interface Share {
  readonly maxSurgePercent: number;
  readonly maxUnavailablePercent: number;
}

/** What the terms of a rollback follow from. */
export interface Roll {
  readonly target: RolloutTarget;
  readonly minReady: Duration;
  readonly share: Share;
}

/** Terms of the time until the earlier version serves all requests again, where its pods have to start. */
export function rollbackTerms({ target, minReady, share }: Roll): RollbackTerm[] {
  const atOnce = podsAtOnce(target.replicas, share);
  const waves = Math.ceil(target.replicas / atOnce);
  const times = (duration: Duration) => Duration.seconds(waves * duration.toSeconds());
  const perWave = `${target.replicas} pods, ${atOnce} at a time: ${waves} ${waves === 1 ? 'wave' : 'waves'}`;
  const terms: RollbackTerm[] = [
    { term: 'GitOps sync', duration: target.platform.gitOps.syncDelay, why: 'from the commit of the revert to its application' },
    { term: 'image pull and fetch', duration: times(target.pullBudget), why: `${perWave}, each on a node that has neither image nor artifact` },
    { term: 'start', duration: times(target.startupLimit), why: `${perWave}, each as slow as the startup probe allows` },
    { term: 'observation', duration: times(minReady), why: `${perWave}, each ready for this long before it counts` },
    share.maxSurgePercent === 0
      ? { term: 'last requests', duration: times(target.terminationGrace), why: `${perWave}, each after pods of the bad version made room` }
      : { term: 'last requests', duration: target.terminationGrace, why: 'until the last pod of the bad version has finished' },
  ];
  return terms.filter(({ duration }) => duration.toSeconds() > 0);
}

/**
 * The smallest share of pods at once that meets the objective, in the way that pods are rolled already; none where even all at once are too slow.
 *
 * @param option the share that may grow
 */
export function fasterShare(roll: Roll, option: keyof Share): number | undefined {
  const objective = roll.target.rollbackObjective.toSeconds();
  return Array.from({ length: 100 }, (_, i) => i + 1)
    .find((percent) => secondsOf(rollbackTerms({ ...roll, share: { ...roll.share, [option]: percent } })) <= objective);
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
