import { restrictedContainer } from '../../private/restricted-pod';

/** Containers that Argo adds have no security context of their own, and restricted pod security refuses them. */
export const EXECUTOR = executorPatch();

function executorPatch(): string {
  // both write into the pod's own disk before they have a volume
  const { readOnlyRootFilesystem: _, ...securityContext } = restrictedContainer();
  return JSON.stringify({ initContainers: [{ name: 'init', securityContext }], containers: [{ name: 'wait', securityContext }] });
}
