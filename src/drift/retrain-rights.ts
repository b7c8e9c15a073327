import { Construct } from 'constructs';
import { Role, RoleBinding } from '../private/l1/rbac-authorization-k8s-io';
import { TrainingTrigger } from '../training/pipeline';

/** Who starts trainings, and which. */
export interface RetrainRightsProps {
  readonly serviceAccountName: string;
  readonly leaseName: string;
  readonly triggers: TrainingTrigger[];
}

/** The rights to start trainings one at a time, and no others: make and count them, hold one Lease. */
export class RetrainRights extends Construct {
  public constructor(scope: Construct, id: string, props: RetrainRightsProps) {
    super(scope, id);
    const triggers = [...new Set(props.triggers.map(({ apiVersion, resource, server }) => `${apiVersion.split('/')[0]}/${resource}/${server ? 'experiments' : ''}`))]
      .map((key) => key.split('/'));
    const role = new Role(this, 'Role', {
      rules: [
        ...triggers.map(([group, resource, container]) => (container === ''
          ? { apiGroups: [group], resources: [resource], verbs: ['create', 'list'] }
          // the server asks the API server whether its caller may
          : { apiGroups: [group], resources: [resource, container], verbs: ['create', 'get', 'list'] })),
        // a name cannot be asked for what is not there yet
        { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create'] },
        { apiGroups: ['coordination.k8s.io'], resources: ['leases'], resourceNames: [props.leaseName], verbs: ['get', 'update'] },
      ],
    });
    new RoleBinding(this, 'Binding', {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role.name },
      subjects: [{ kind: 'ServiceAccount', name: props.serviceAccountName, namespace: role.metadata.namespace }],
    });
  }
}
