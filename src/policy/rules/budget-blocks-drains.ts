import { FindingSeverity } from '../../core/findings';
import { groupKindOf, podsOf } from '../../private/workloads';
import { ManifestSet } from '../manifest-set';
import { IPolicyRule, PolicyFinding } from '../rule';
import { namespaceOf } from '../selector';
import { replicasAmong } from './scaling';

const REMEDY = 'use maxUnavailable 1 and unhealthyPodEvictionPolicy AlwaysAllow';

/** A node can always be drained: a budget that never lets a pod go stops every upgrade of the cluster. */
export class BudgetBlocksDrains implements IPolicyRule {
  public readonly ruleId = 'operations/budget-blocks-drains';
  public readonly severity = FindingSeverity.ERROR;

  public check(manifest: any, neighbours: ManifestSet): PolicyFinding[] {
    if (groupKindOf(manifest) === 'policy/PodDisruptionBudget') {
      const { maxUnavailable, minAvailable } = manifest.spec ?? {};
      if (['0', '0%'].includes(String(maxUnavailable))) {
        return [{ message: `maxUnavailable ${maxUnavailable} lets no pod go, so no node with one can be drained`, remedy: REMEDY }];
      }
      return minAvailable !== '100%' ? [] : [{ message: 'minAvailable 100% lets no pod go, so no node with one can be drained', remedy: REMEDY }];
    }
    const replicas = replicasAmong(manifest, neighbours);
    return !replicas ? [] : podsOf(manifest)
      .flatMap((pod) => neighbours.selecting('policy', 'PodDisruptionBudget', namespaceOf(manifest), pod.labels))
      .filter((budget) => budget.spec.minAvailable !== '100%' && needed(budget.spec.minAvailable, replicas.min) >= replicas.min && replicas.min > 0)
      .map((budget) => ({
        message: `budget '${budget.metadata?.name}' keeps ${budget.spec.minAvailable} of ${replicas.min} pods, so no node with one can be drained`,
        remedy: REMEDY,
      }));
  }
}

/** Pods that a budget keeps; Kubernetes rounds a percentage up. */
function needed(minAvailable: number | string | undefined, replicas: number): number {
  if (minAvailable === undefined) {return 0;}
  const share = /^(\d+)%$/.exec(String(minAvailable));
  return share ? Math.ceil(Number(share[1]) * replicas / 100) : Number(minAvailable);
}
