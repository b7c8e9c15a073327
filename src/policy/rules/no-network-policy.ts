import { FindingSeverity } from '../../core/findings';
import { podsOf } from '../../private/workloads';
import { ManifestSet } from '../manifest-set';
import { IPolicyRule, PolicyFinding } from '../rule';
import { namespaceOf } from '../selector';

/** What reaches a pod, and what it reaches, is named. */
export class NoNetworkPolicy implements IPolicyRule {
  public readonly ruleId = 'hardening/no-network-policy';
  public readonly severity = FindingSeverity.WARNING;

  public check(manifest: any, neighbours: ManifestSet): PolicyFinding[] {
    return podsOf(manifest).filter((pod) => pod.complete).flatMap((pod) => {
      const policies = neighbours.selecting('networking.k8s.io', 'NetworkPolicy', namespaceOf(manifest), pod.labels);
      const limited = new Set(policies.flatMap(directionsOf));
      const open = ['Ingress', 'Egress'].filter((direction) => !limited.has(direction));
      return open.length === 0 ? [] : [{
        message: `${pod.part === '' ? 'the pods have' : `${pod.part} has`} no NetworkPolicy for ${open.join(' and ')}, so everything is allowed`,
        remedy: 'add a NetworkPolicy that selects them, or acknowledge where a default one comes from',
      }];
    });
  }
}

/** Directions that a policy limits, as the API server fills them in. */
function directionsOf(policy: any): string[] {
  return policy.spec.policyTypes ?? ['Ingress', ...policy.spec.egress ? ['Egress'] : []];
}
