import { Construct } from 'constructs';
import { Role, RoleBinding } from '../private/l1/rbac-authorization-k8s-io';

/** What guards the moves of a model where its registry cannot. */
export function leaseRules(model: string): any[] {
  const lease = { apiGroups: ['coordination.k8s.io'], resources: ['leases'] };
  return [
    { ...lease, resourceNames: [`mlops-${model}`], verbs: ['get', 'update'] },
    // a name cannot be asked for what is not there yet
    { ...lease, verbs: ['create'] },
  ];
}

/** A Role and who has it; `where` is the namespace of what it is about, if that is another one. */
export function allow(scope: Construct, id: string, accounts: string[], namespace: string, rules: any[], where?: string): void {
  const own = new Construct(scope, id);
  const metadata = where === undefined ? undefined : { namespace: where };
  const role = new Role(own, 'Role', { metadata, rules });
  new RoleBinding(own, 'Binding', {
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role.name },
    subjects: accounts.map((name) => ({ kind: 'ServiceAccount', name, namespace })),
  });
}
