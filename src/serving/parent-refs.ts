import { ParentGateway } from './router-options';
import { InputProblems } from '../private/input-error';
import { checkNamespaceName, checkObjectName } from '../private/routes';

/** How a route refers to it, with what the API server would add. */
export function parentRefOf({ gatewayName, namespace, listener }: ParentGateway): any {
  const problems = new InputProblems();
  checkObjectName('gatewayName', gatewayName, problems);
  checkNamespaceName('namespace', namespace, problems);
  if (listener !== undefined) {checkObjectName('listener', listener, problems);}
  problems.throwAll();
  return { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: gatewayName, namespace, sectionName: listener };
}
