import { Duration } from 'cdk8s';
import { KserveServingProps } from './kserve-options';
import { RollbackTerm } from '../../rollout/rollback-term';
import { ModelSourceConfig } from '../model-source';
import { terminationGrace } from '../pod-builder';
import { startupLimit } from '../probes';

/** Worst case of the time until the earlier version serves all requests again. */
export function kserveRollback(props: KserveServingProps, source: ModelSourceConfig): RollbackTerm[] {
  const sync: RollbackTerm = { term: 'GitOps sync', duration: props.platform.gitOps.syncDelay, why: 'from the commit of the revert to its application' };
  return [sync, ...isWarm(props) ? [CHANGE_OF_SHARES] : rollTerms(props, source)].filter(({ duration }) => duration.toSeconds() > 0);
}

const CHANGE_OF_SHARES: RollbackTerm = {
  term: 'change of shares', duration: Duration.seconds(10), why: 'the version before keeps its pods until it is taken out of the app',
};

function isWarm({ mode }: KserveServingProps): boolean {
  return mode.standardOptions?.stages !== undefined || (mode.knativeOptions?.scaling.minReplicas ?? 0) > 0;
}

/** The Deployment of KServe rolls back as it rolled forward; a revision of Knative that slept wakes at once. */
function rollTerms(props: KserveServingProps, source: ModelSourceConfig): RollbackTerm[] {
  const { mode, warmup, pullBudget } = props;
  const replicas = mode.standardOptions?.autoscaling?.maxReplicas ?? mode.standardOptions?.replicas ?? 2;
  const atOnce = mode.knativeOptions ? replicas : Math.max(1, Math.ceil(replicas * (mode.standardOptions?.maxSurgePercent ?? 25) / 100));
  const waves = Math.ceil(replicas / atOnce);
  const perWave = mode.knativeOptions ? 'the revision before may be asleep' : `${replicas} pods, ${atOnce} at a time: ${waves} ${waves === 1 ? 'wave' : 'waves'}`;
  const times = (seconds: number) => Duration.seconds(waves * seconds);
  return [
    {
      term: 'image pull and fetch',
      duration: times((pullBudget?.toSeconds() ?? 60) + source.fetchBudget.toSeconds()),
      why: `${perWave}, on a node that has neither image nor artifact`,
    },
    { term: 'start', duration: times(startupLimit(warmup).toSeconds()), why: `${perWave}, each as slow as the startup probe allows` },
    { term: 'last requests', duration: mode.knativeOptions ? Duration.seconds(0) : terminationGrace(props), why: 'until the last pod of the bad version has finished' },
  ];
}
