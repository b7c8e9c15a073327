import * as kplus from 'cdk8s-plus-28';

/** Fields of a pod that cdk8s-plus lacks, as `ServingPod` carries them. Volumes take the place of those of the same name. */
export interface PodFields {
  readonly podFields: { [field: string]: any };
  readonly containerFields: { [containerName: string]: any };
}

/**
 * The pod template of a workload: what cdk8s-plus renders, with the fields that it lacks on top.
 *
 * A patch on a cdk8s-plus object runs before its serializer for Kubernetes 1.28 and loses newer fields in silence; here they come after it.
 *
 * @param revisionLabel label that the controller puts on the pods of one revision; spread constraints count each revision by itself
 */
export function renderPodTemplate(workload: kplus.Workload, fields: PodFields, revisionLabel: string): any {
  const { volumes: known = [], ...rendered } = kplus.k8s.toJson_PodSpec(workload._toPodSpec()) as any;
  const { volumes: lacking = [], ...podFields } = fields.podFields;
  const spec = { ...rendered, ...podFields };
  const volumes = [...known.filter(({ name }: any) => !lacking.some((other: any) => other.name === name)), ...lacking];
  const withFields = (container: any) => ({ ...container, ...fields.containerFields[container.name] });
  return {
    metadata: workload.podMetadata.toJson(),
    spec: {
      ...spec,
      containers: spec.containers.map(withFields),
      initContainers: spec.initContainers?.map(withFields),
      volumes: volumes.length === 0 ? undefined : volumes,
      topologySpreadConstraints: spec.topologySpreadConstraints?.map((constraint: any) => ({
        labelSelector: workload._toLabelSelector(),
        matchLabelKeys: [revisionLabel],
        ...constraint,
      })),
    },
  };
}
