import { Construct } from 'constructs';
import { allow, leaseRules } from '../move-rights';
import { ReleaseTarget } from '../release-target';

/** Who runs the steps, and what for. */
export interface KubeflowRightsProps {
  readonly account: string;
  readonly namespace: string;
  readonly model: string;
  /** Whether moves are guarded by a Lease. */
  readonly leases: boolean;
  readonly release?: ReleaseTarget;
}

/** What the launcher of every step needs, and what steps that move versions need besides: a run has one account. */
export class KubeflowRights extends Construct {
  public constructor(scope: Construct, id: string, { account, namespace, model, leases, release }: KubeflowRightsProps) {
    super(scope, id);
    allow(this, 'Steps', [account], namespace, [
      { apiGroups: ['argoproj.io'], resources: ['workflowtaskresults'], verbs: ['create', 'patch'] },
      { apiGroups: [''], resources: ['configmaps'], resourceNames: ['kfp-launcher'], verbs: ['get'] },
      { apiGroups: [''], resources: ['secrets'], resourceNames: ['mlpipeline-minio-artifact'], verbs: ['get'] },
      { apiGroups: [''], resources: ['pods'], verbs: ['get'] },
    ]);
    if (leases) {allow(this, 'Moves', [account], namespace, leaseRules(model));}
    if (release) {allow(this, 'Release', [account], namespace, release._toRules(), release.namespace);}
  }
}
