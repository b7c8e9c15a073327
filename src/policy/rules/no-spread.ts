import { FindingSeverity } from '../../core/findings';
import { podsOf } from '../../private/workloads';
import { ManifestSet } from '../manifest-set';
import { IPolicyRule, PolicyFinding } from '../rule';
import { replicasAmong } from './scaling';

/** Replicas stand on different nodes and in different zones. */
export class NoSpread implements IPolicyRule {
  public readonly ruleId = 'operations/no-spread';
  public readonly severity = FindingSeverity.INFO;

  public check(manifest: any, neighbours: ManifestSet): PolicyFinding[] {
    if ((replicasAmong(manifest, neighbours)?.max ?? 0) < 2) {return [];}
    return podsOf(manifest)
      .filter(({ spec }) => !spec.topologySpreadConstraints?.length && !spec.affinity?.podAntiAffinity)
      .map(({ part }) => ({
        message: `${part === '' ? 'the pods are' : `${part} is`} spread by the cluster's defaults only, which may put all replicas into one zone`,
        remedy: 'add topologySpreadConstraints over zones and nodes',
      }));
  }
}
