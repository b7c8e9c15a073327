import { restrictedContainer } from '../../private/restricted-pod';

/**
 * What the controller leaves out of its pods. Containers that it adds have no security context of their own, and restricted pod security refuses
 * them. A workflow that asks for the token of its account gets it only where the account hands tokens out by itself, which ours do not.
 */
export const EXECUTOR = executorPatch();

function executorPatch(): string {
  // both write into the pod's own disk before they have a volume
  const { readOnlyRootFilesystem: _, ...securityContext } = restrictedContainer();
  return JSON.stringify({ automountServiceAccountToken: true, initContainers: [{ name: 'init', securityContext }], containers: [{ name: 'wait', securityContext }] });
}
