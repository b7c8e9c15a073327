import { mkdirSync } from 'fs';
import { join } from 'path';
import { LoopParts } from './parts';
import { startServers, startWorkflows, WORKFLOWS_CONFIG } from './servers';
import { tellLoop } from './tell-loop';
import { installDefinitions } from '../cluster/harness/bench';
import { RealCluster, startRealCluster } from '../cluster/node/real-nodes';

const FOLDER = '/run/bench';
const SERVERS = join(FOLDER, 'loop');

/** A cluster with all that the loop needs around it; the environment says where everything is. */
export async function startLoop(parts: LoopParts): Promise<RealCluster> {
  const cluster = await startRealCluster(FOLDER, parts);
  const { kubeconfig, processes, server } = cluster;
  mkdirSync(SERVERS);
  await Promise.all([startServers(SERVERS, parts, processes), startController()]);

  async function startController(): Promise<void> {
    await installDefinitions(server, parts.workflowDefinitions, processes);
    await server.create('/api/v1/namespaces', JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'argo' } }));
    await server.create('/api/v1/namespaces/argo/configmaps', JSON.stringify(WORKFLOWS_CONFIG));
    await startWorkflows(SERVERS, parts, kubeconfig, processes);
  }
  tellLoop(cluster, parts);
  return cluster;
}
