import { IServiceAccount, ServiceAccount } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { ServedModelOptions } from './model-serving-props';

/** The account that pods run as: the one that is given, or one whose token is not mounted. */
export function serviceAccountFor(scope: Construct, props: Pick<ServedModelOptions, 'serviceAccount' | 'identity'>): IServiceAccount {
  if (props.serviceAccount) {return props.serviceAccount;}
  const { identity } = props;
  return new ServiceAccount(scope, 'ServiceAccount', {
    metadata: identity && { name: identity.serviceAccountName, annotations: identity.serviceAccountAnnotations },
    automountToken: false,
  });
}
