import { ApiObject, ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { withoutNamespace } from './cluster-scoped';

/** Properties of a role of the whole cluster. */
export interface ClusterRoleProps {
  readonly metadata?: ApiObjectMetadata;
  readonly rules: any[];
}

/** `rbac.authorization.k8s.io/v1` ClusterRole. A chart with a namespace must not give it one. */
export class ClusterRole extends ApiObject {
  public constructor(scope: Construct, id: string, props: ClusterRoleProps) {
    super(scope, id, { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', ...props });
    withoutNamespace(this);
  }
}

/** Properties of a binding of the whole cluster. */
export interface ClusterRoleBindingProps {
  readonly metadata?: ApiObjectMetadata;
  readonly roleRef: any;
  readonly subjects: any[];
}

/** `rbac.authorization.k8s.io/v1` ClusterRoleBinding. A chart with a namespace must not give it one. */
export class ClusterRoleBinding extends ApiObject {
  public constructor(scope: Construct, id: string, props: ClusterRoleBindingProps) {
    super(scope, id, { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', ...props });
    withoutNamespace(this);
  }
}

/** `rbac.authorization.k8s.io/v1` Role. */
export class Role extends ApiObject {
  public constructor(scope: Construct, id: string, props: ClusterRoleProps) {
    super(scope, id, { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', ...props });
  }
}

/** `rbac.authorization.k8s.io/v1` RoleBinding. */
export class RoleBinding extends ApiObject {
  public constructor(scope: Construct, id: string, props: ClusterRoleBindingProps) {
    super(scope, id, { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', ...props });
  }
}
