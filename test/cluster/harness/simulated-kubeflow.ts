/**
 * Kubeflow Pipelines does not run here. The pods of a run, put together as its driver does of the pipeline and of what it says to Kubernetes, stand
 * in for it: accounts, labels, secrets, volumes and nodes are judged by the API server.
 */
export function podsOfRun({ pipeline_spec: { pipeline_spec: spec, platform_spec: platform }, service_account: serviceAccountName }: any): any[] {
  const configs = platform.platforms.kubernetes.deploymentSpec.executors;
  return Object.entries<any>(spec.deploymentSpec.executors).filter(([, { container }]) => container).map(([name, { container }]) => {
    const { podMetadata, securityContext, secretAsEnv = [], configMapAsVolume = [], tolerations, nodeSelector, ...config } = configs[name];
    return {
      name,
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: podMetadata,
      spec: {
        restartPolicy: 'Never',
        serviceAccountName,
        activeDeadlineSeconds: Number(config.activeDeadlineSeconds),
        securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
        tolerations,
        nodeSelector: nodeSelector?.labels,
        volumes: some(configMapAsVolume.map(({ configMapName: map, optional }: any) => ({ name: map, configMap: { name: map, optional } }))),
        containers: [{
          name: 'main',
          image: container.image,
          imagePullPolicy: config.imagePullPolicy,
          // the launcher runs it with what it puts in place of names
          command: [...container.command, ...container.args ?? []],
          env: [...container.env, ...secretAsEnv.flatMap(({ secretName, keyToEnv }: any) => keyToEnv.map(({ secretKey, envVar }: any) => (
            { name: envVar, valueFrom: { secretKeyRef: { name: secretName, key: secretKey } } })))],
          resources: resourcesOf(container.resources),
          securityContext: {
            runAsUser: Number(securityContext.runAsUser),
            runAsGroup: Number(securityContext.runAsGroup),
            runAsNonRoot: securityContext.runAsNonRoot,
            allowPrivilegeEscalation: false,
            capabilities: { drop: ['ALL'] },
          },
          volumeMounts: some(configMapAsVolume.map((volume: any) => ({ name: volume.configMapName, mountPath: volume.mountPath }))),
        }],
      },
    };
  });
}

function resourcesOf({ resourceCpuLimit, resourceCpuRequest, resourceMemoryLimit, resourceMemoryRequest, accelerator }: any): any {
  const devices = accelerator ? { [accelerator.resourceType]: accelerator.resourceCount } : {};
  return {
    limits: { cpu: resourceCpuLimit, memory: resourceMemoryLimit, ...devices },
    requests: { cpu: resourceCpuRequest, memory: resourceMemoryRequest, ...devices },
  };
}

/** The API server drops an empty list. */
function some(list: any[]): any[] | undefined {
  return list.length > 0 ? list : undefined;
}
