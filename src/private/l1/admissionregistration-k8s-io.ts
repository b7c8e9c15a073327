import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { withoutNamespace } from './cluster-scoped';

/** An object of the whole cluster: a chart with a namespace must not give it one. */
abstract class ClusterScoped extends ApiObject {
  public constructor(scope: Construct, id: string, kind: string, spec: unknown) {
    super(scope, id, { apiVersion: 'admissionregistration.k8s.io/v1', kind, spec });
    withoutNamespace(this);
  }
}

/** @see https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/validating-admission-policy-v1/ */
export class ValidatingAdmissionPolicy extends ClusterScoped {
  public constructor(scope: Construct, id: string, spec: unknown) {
    super(scope, id, 'ValidatingAdmissionPolicy', spec);
  }
}

/** @see https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/validating-admission-policy-binding-v1/ */
export class ValidatingAdmissionPolicyBinding extends ClusterScoped {
  public constructor(scope: Construct, id: string, spec: unknown) {
    super(scope, id, 'ValidatingAdmissionPolicyBinding', spec);
  }
}
