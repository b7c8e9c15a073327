/** User of containers where none is given: the `nonroot` of distroless images. */
export const NONROOT = 65532;

/** Security of a pod that meets the restricted standard, and whose volumes belong to its user. */
export function restrictedPod(user: number): any {
  return {
    runAsNonRoot: true, runAsUser: user, runAsGroup: user, fsGroup: user, fsGroupChangePolicy: 'OnRootMismatch', seccompProfile: { type: 'RuntimeDefault' },
  };
}

/** All of the restricted standard that stands on a container, without a user of its own. */
export function restrictedContainer(): any {
  return {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

/** A PodSpec with what the restricted standard asks for and cdk8s-plus leaves out; what somebody has set stays as it is. */
export function restrictedUnlessSet(spec: any): any {
  const container = ({ securityContext = {}, ...rest }: any) =>
    ({ ...rest, securityContext: { ...securityContext, capabilities: securityContext.capabilities ?? { drop: ['ALL'] } } });
  const { securityContext = {} } = spec;
  return {
    ...spec,
    securityContext: { ...securityContext, seccompProfile: securityContext.seccompProfile ?? { type: 'RuntimeDefault' } },
    containers: spec.containers.map(container),
    initContainers: spec.initContainers?.map(container),
  };
}
