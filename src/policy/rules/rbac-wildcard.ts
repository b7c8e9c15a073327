import { FindingSeverity } from '../../core/findings';
import { groupKindOf } from '../../private/workloads';
import { IPolicyRule, PolicyFinding } from '../rule';

const REMEDY = 'list what is needed, in a Role of the namespace where possible';

/** Rights in the whole cluster are listed, never given by wildcard. */
export class RbacWildcard implements IPolicyRule {
  public readonly ruleId = 'hardening/rbac-wildcard';
  public readonly severity = FindingSeverity.ERROR;

  public check(manifest: any): PolicyFinding[] {
    switch (groupKindOf(manifest)) {
      case 'rbac.authorization.k8s.io/ClusterRole':
        return (manifest.rules ?? []).flatMap((rule: any, i: number) => wildcardsOf(rule).map((field) => ({
          message: `rule ${i + 1} gives '*' of ${field} in the whole cluster`,
          remedy: REMEDY,
        })));
      case 'rbac.authorization.k8s.io/ClusterRoleBinding':
        return manifest.roleRef?.name !== 'cluster-admin' ? [] : [{
          message: `${(manifest.subjects ?? []).map((subject: any) => `${subject.kind} '${subject.name}'`).join(', ')} gets every right in the whole cluster`,
          remedy: REMEDY,
        }];
      default:
        return [];
    }
  }
}

function wildcardsOf(rule: any): string[] {
  return ['apiGroups', 'resources', 'verbs', 'nonResourceURLs'].filter((field) => (rule[field] ?? []).includes('*'));
}
