import { Construct } from 'constructs';
import { Role, RoleBinding } from '../private/l1/rbac-authorization-k8s-io';

/** Who writes events, and about which CronJob. */
export interface EventRightsProps {
  readonly serviceAccountName: string;
  readonly cronJobName: string;
}

/** The rights to write events about one CronJob: an event names the identity of what it is about, which has to be read. */
export class EventRights extends Construct {
  public constructor(scope: Construct, id: string, props: EventRightsProps) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      rules: [
        { apiGroups: ['batch'], resources: ['cronjobs'], resourceNames: [props.cronJobName], verbs: ['get'] },
        // what is made cannot be limited to a name
        { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create'] },
      ],
    });
    new RoleBinding(this, 'Binding', {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role.name },
      subjects: [{ kind: 'ServiceAccount', name: props.serviceAccountName, namespace: role.metadata.namespace }],
    });
  }
}
