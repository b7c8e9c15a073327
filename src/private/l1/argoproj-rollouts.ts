import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { withoutNamespace } from './cluster-scoped';
import { ObjectProps } from './core-kinds';
import { judgeTreeOf } from '../controllers/judge';

/** `argoproj.io/v1alpha1` Rollout. */
export class Rollout extends ApiObject {
  public constructor(scope: Construct, id: string, props: ObjectProps) {
    super(scope, id, { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', ...props });
    judgeTreeOf(this);
  }
}

/** `argoproj.io/v1alpha1` AnalysisTemplate. */
export class AnalysisTemplate extends ApiObject {
  public constructor(scope: Construct, id: string, props: ObjectProps) {
    super(scope, id, { apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisTemplate', ...props });
    judgeTreeOf(this);
  }
}

/** `argoproj.io/v1alpha1` ClusterAnalysisTemplate. */
export class ClusterAnalysisTemplate extends ApiObject {
  public constructor(scope: Construct, id: string, props: ObjectProps) {
    super(scope, id, { apiVersion: 'argoproj.io/v1alpha1', kind: 'ClusterAnalysisTemplate', ...props });
    withoutNamespace(this);
    judgeTreeOf(this);
  }
}
