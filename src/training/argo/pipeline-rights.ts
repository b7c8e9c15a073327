import { Construct } from 'constructs';
import { Role, RoleBinding } from '../../private/l1/rbac-authorization-k8s-io';
import { ReleaseTarget } from '../release-target';

/** Who tells the results of steps, and who moves versions. */
export interface PipelineRightsProps {
  readonly trainer: string;
  readonly promoter: string;
  readonly namespace: string;
  readonly model: string;
  /** Whether moves are guarded by a Lease. */
  readonly leases: boolean;
  readonly release?: ReleaseTarget;
}

/** The executor in every pod tells its result; no step may do more in the cluster, but the one that releases. */
export class PipelineRights extends Construct {
  public constructor(scope: Construct, id: string, props: PipelineRightsProps) {
    super(scope, id);
    const { trainer, promoter, namespace, model, release } = props;
    const lease = { apiGroups: ['coordination.k8s.io'], resources: ['leases'] };
    this.allow('Steps', [trainer, promoter], namespace, [{ apiGroups: ['argoproj.io'], resources: ['workflowtaskresults'], verbs: ['create', 'patch'] }]);
    if (props.leases) {
      this.allow('Moves', [promoter], namespace, [
        { ...lease, resourceNames: [`mlops-${model}`], verbs: ['get', 'update'] },
        // a name cannot be asked for what is not there yet
        { ...lease, verbs: ['create'] },
      ]);
    }
    if (release) {
      this.allow('Release', [promoter], namespace, release._toRules(), release.namespace);
    }
  }

  private allow(id: string, accounts: string[], namespace: string, rules: any[], where?: string): void {
    const scope = new Construct(this, id);
    const metadata = where === undefined ? undefined : { namespace: where };
    const role = new Role(scope, 'Role', { metadata, rules });
    new RoleBinding(scope, 'Binding', {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role.name },
      subjects: accounts.map((name) => ({ kind: 'ServiceAccount', name, namespace })),
    });
  }
}
