import { mkdirSync } from 'fs';
import { join } from 'path';
import { LoopParts } from './parts';
import { startServers, startWorkflows, WORKFLOWS_CONFIG } from './servers';
import { installDefinitions } from '../cluster/harness/bench';
import { RealCluster, startRealCluster } from '../cluster/node/real-nodes';
import { tellTests } from '../cluster/node/tell-tests';

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
  tellTests(cluster, parts);
  process.env.LOOP_PYTHON = parts.python;
  process.env.LOOP_IMAGES = JSON.stringify(parts.loopImages.digests);
  return cluster;
}
