import { Cluster } from './cluster';

/**
 * Kubeflow Trainer and JobSet do not run here. The claim and the Jobs that they would make of a TrainJob and its runtime, put together as their
 * builders do, stand in for them: the API server judges the pods, its own controller runs the Jobs, one after another as they depend on each other.
 */
export async function standInForTrainer(cluster: Cluster, { metadata: { name, namespace }, spec }: any): Promise<true | string> {
  const { apiGroup, kind, name: runtimeName } = spec.runtimeRef;
  const runtime = await cluster.get({ apiVersion: `${apiGroup}/v1alpha1`, kind, metadata: { name: runtimeName, namespace } });
  const { replicatedJobs, volumeClaimPolicies } = runtime.spec.template.spec;
  const templates: any[] = volumeClaimPolicies.flatMap((policy: any) => policy.templates);
  const claimOf = (volume: string) => `${volume}-${name}`;
  const claims = templates.map((template) => (
    { ...template, apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: claimOf(template.metadata.name), namespace } }));
  const volumes = templates.map(({ metadata }) => ({ name: metadata.name, persistentVolumeClaim: { claimName: claimOf(metadata.name) } }));
  const jobs = replicatedJobs.map((job: any) => jobOf(`${name}-${job.name}-0`, namespace, job, spec.trainer, volumes));
  for (const object of [...claims, ...jobs]) {
    const { status, body, warnings } = await cluster.create(object);
    if (![201, 409].includes(status) || warnings.length > 0) {return `${object.metadata.name}: ${body.message ?? warnings.join(', ')}`;}
    if (object.kind !== 'Job') {continue;}
    const { status: { succeeded = 0 } = {} } = await cluster.get(object);
    // what depends on it is made later
    if (succeeded < object.spec.completions) {return `${object.metadata.name}: ${succeeded} of ${object.spec.completions} pods succeeded`;}
  }
  return true;
}

function jobOf(name: string, namespace: string, { template }: any, trainer: any, volumes: any[]): any {
  const trains = template.metadata?.labels?.['trainer.kubeflow.org/trainjob-ancestor-step'] === 'trainer';
  const { metadata, spec } = template.spec.template;
  const containers = spec.containers.map((container: any) => (trains && container.name === 'node'
    ? { ...container, image: trainer.image, command: trainer.command, env: trainer.env, resources: trainer.resourcesPerNode }
    : container));
  const isMounted = (volume: string) => containers.some(({ volumeMounts }: any) => volumeMounts.some((mount: any) => mount.name === volume));
  const nodes = trains ? trainer.numNodes : 1;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace, ...template.metadata },
    spec: {
      ...template.spec,
      completionMode: 'Indexed',
      parallelism: nodes,
      completions: nodes,
      template: { metadata, spec: { ...spec, containers, volumes: [...spec.volumes, ...volumes.filter(({ name: volume }) => isMounted(volume))] } },
    },
  };
}
