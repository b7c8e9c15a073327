import { FindingSeverity } from '../../core/findings';
import { podsOf } from '../../private/workloads';
import { ManifestSet } from '../manifest-set';
import { IPolicyRule, PolicyFinding } from '../rule';
import { namespaceOf } from '../selector';
import { replicasAmong } from './scaling';

/** A drained node takes one pod of a server at a time. */
export class NoDisruptionBudget implements IPolicyRule {
  public readonly ruleId = 'operations/no-disruption-budget';
  public readonly severity = FindingSeverity.WARNING;

  public check(manifest: any, neighbours: ManifestSet): PolicyFinding[] {
    // what KServe and Knative make of their objects carries labels that are theirs to choose
    const several = String(manifest.apiVersion).startsWith('serving.') ? false : (replicasAmong(manifest, neighbours)?.max ?? 0) > 1;
    return !several ? [] : podsOf(manifest)
      .filter((pod) => neighbours.selecting('policy', 'PodDisruptionBudget', namespaceOf(manifest), pod.labels).length === 0)
      .map(() => ({
        message: `no PodDisruptionBudget selects the pods of ${manifest.kind} '${manifest.metadata?.name}', so two drains can take all of them`,
        remedy: 'add one with maxUnavailable 1',
      }));
  }
}
