import { Cluster } from './cluster';

export const KNATIVE = 'serving.knative.dev/v1';

/**
 * Knative's controllers do not run here. A Deployment of the pods that they would make, without their proxy, stands in for them: labels, ports,
 * security and scheduling are judged on real pods.
 */
export async function standInForKnative(cluster: Cluster, service: any): Promise<true | string> {
  const { metadata: { name, namespace }, spec: { template } } = service;
  const labels = { ...template.metadata.labels, 'serving.knative.dev/service': name };
  const { containerConcurrency: _, timeoutSeconds: _t, responseStartTimeoutSeconds: _r, ...pod } = template.spec;
  const containers = pod.containers.map((container: any) => ({
    ...container, ports: container.ports?.map((port: any) => ({ ...port, name: 'user-port' })),
  }));
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: `${name}-stand-in`, namespace },
    spec: { replicas: 2, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { ...pod, containers } } },
  };
  const { status, body } = await cluster.apply(deployment);
  if (status >= 300) {return body.message;}
  const { status: found } = await cluster.get(deployment);
  return found?.availableReplicas === 2 || `${found?.availableReplicas ?? 0} of 2 pods available`;
}
