import { ApiObject, ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';

/** Properties of every thin object: metadata, and a spec in Kubernetes' own words (a `Lazy` where it is not known yet). */
export interface ObjectProps {
  readonly metadata?: ApiObjectMetadata;
  readonly spec: any;
}

/** `apps/v1` Deployment with every field that the API server knows, newer than cdk8s-plus-28 included. */
export class Deployment extends ApiObject {
  public constructor(scope: Construct, id: string, props: ObjectProps) {
    super(scope, id, { apiVersion: 'apps/v1', kind: 'Deployment', ...props });
  }
}

/** `policy/v1` PodDisruptionBudget. */
export class PodDisruptionBudget extends ApiObject {
  public constructor(scope: Construct, id: string, props: ObjectProps) {
    super(scope, id, { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', ...props });
  }
}

/** `networking.k8s.io/v1` NetworkPolicy. */
export class NetworkPolicy extends ApiObject {
  public constructor(scope: Construct, id: string, props: ObjectProps) {
    super(scope, id, { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', ...props });
  }
}

/** `autoscaling/v2` HorizontalPodAutoscaler. */
export class HorizontalPodAutoscaler extends ApiObject {
  public constructor(scope: Construct, id: string, props: ObjectProps) {
    super(scope, id, { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', ...props });
  }
}
