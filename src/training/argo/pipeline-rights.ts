import { Construct } from 'constructs';
import { allow, leaseRules } from '../move-rights';
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
    allow(this, 'Steps', [trainer, promoter], namespace, [{ apiGroups: ['argoproj.io'], resources: ['workflowtaskresults'], verbs: ['create', 'patch'] }]);
    if (props.leases) {
      allow(this, 'Moves', [promoter], namespace, leaseRules(model));
    }
    if (release) {
      allow(this, 'Release', [promoter], namespace, release._toRules(), release.namespace);
    }
  }
}
