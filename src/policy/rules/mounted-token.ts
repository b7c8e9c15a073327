import { FindingSeverity } from '../../core/findings';
import { podsOf } from '../../private/workloads';
import { ManifestSet } from '../manifest-set';
import { IPolicyRule, PolicyFinding } from '../rule';
import { namespaceOf } from '../selector';

/** A pod that asks nothing of the API server must not carry a token for it. */
export class MountedToken implements IPolicyRule {
  public readonly ruleId = 'hardening/mounted-token';
  public readonly severity = FindingSeverity.WARNING;

  public check(manifest: any, neighbours: ManifestSet): PolicyFinding[] {
    const namespace = namespaceOf(manifest);
    return podsOf(manifest)
      .filter((pod) => pod.complete && pod.spec.automountServiceAccountToken === undefined || pod.spec.automountServiceAccountToken === true)
      .map((pod) => ({ part: pod.part, account: pod.spec.serviceAccountName ?? 'default', explicit: pod.spec.automountServiceAccountToken }))
      .filter(({ account, explicit }) => explicit || !refusesToMount(neighbours, namespace, account))
      .filter(({ account }) => !hasRights(neighbours, namespace, account))
      .map(({ part, account }) => ({
        message: `${part === '' ? 'the pod' : part} carries a token of service account '${account}', which is given no right here`,
        remedy: 'set automountServiceAccountToken to false',
      }));
  }
}

function refusesToMount(neighbours: ManifestSet, namespace: string, account: string): boolean {
  return neighbours.named('', 'ServiceAccount', namespace, account)?.automountServiceAccountToken === false;
}

function hasRights(neighbours: ManifestSet, namespace: string, account: string): boolean {
  return ['RoleBinding', 'ClusterRoleBinding']
    .flatMap((kind) => neighbours.ofKind('rbac.authorization.k8s.io', kind))
    .flatMap((binding) => (binding.subjects ?? []).map((subject: any) => ({ binding, subject })))
    .some(({ binding, subject }) => subject.kind === 'ServiceAccount' && subject.name === account
      && (subject.namespace ?? namespaceOf(binding)) === namespace);
}
