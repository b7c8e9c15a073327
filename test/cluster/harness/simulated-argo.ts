import { Cluster } from './cluster';

/**
 * The controller of Argo Workflows does not run here. A pod for each step, put together as the controller does, with the executor's containers,
 * stands in for it: security, accounts, labels and volumes are judged by the API server.
 */
export async function standInForArgo(cluster: Cluster, { metadata: { name, namespace }, spec }: any): Promise<true | string> {
  const steps = spec.templates.filter(({ container }: any) => container);
  const refused = await Promise.all(steps.map(async (step: any) => {
    const { status, body, warnings } = await cluster.create(podOf(`${name}-${step.name}`, namespace, spec, step));
    return [201, 409].includes(status) && warnings.length === 0 ? '' : `${step.name}: ${body.message ?? warnings.join(', ')}`;
  }));
  return refused.join('') === '' || refused.filter((words) => words !== '').join('\n');
}

function podOf(name: string, namespace: string, spec: any, step: any): any {
  const patch = JSON.parse(spec.podSpecPatch);
  const executor = (container: any) => ({ ...container, image: 'quay.io/argoproj/argoexec:v3.7.3', command: ['argoexec'] });
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, ...step.metadata },
    spec: {
      restartPolicy: 'Never',
      serviceAccountName: step.serviceAccountName,
      automountServiceAccountToken: patch.automountServiceAccountToken,
      securityContext: spec.securityContext,
      activeDeadlineSeconds: step.activeDeadlineSeconds,
      nodeSelector: step.nodeSelector,
      tolerations: step.tolerations,
      volumes: step.volumes,
      initContainers: patch.initContainers.map(executor),
      containers: [...patch.containers.map(executor), { ...step.container, name: 'main' }],
    },
  };
}
