import { mkdirSync, readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { buildLoopParts } from './parts';
import { startServers, startWorkflows, WORKFLOWS_CONFIG } from './servers';
import { LocalApi } from '../cluster/harness/local-api';
import { startRealCluster } from '../cluster/node/real-nodes';

const FOLDER = '/run/bench';
const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** One cluster for the suite, with all that the loop needs around it; the environment says where everything is. */
export = async function setUp(): Promise<void> {
  const log = (line: string) => process.stderr.write(`${line}\n`);
  const parts = await buildLoopParts({ log });
  const started = Date.now();
  const cluster = await startRealCluster(FOLDER, parts);
  const { processes, server } = cluster;
  mkdirSync(join(FOLDER, 'loop'));
  await Promise.all([startServers(join(FOLDER, 'loop'), parts, processes), startController(parts, cluster.kubeconfig, server)]);
  log(`the cluster and everything beside it are ready, ${((Date.now() - started) / 1000).toFixed(1)} s`);

  async function startController({ workflowDefinitions }: { workflowDefinitions: string }, kubeconfig: string, api: LocalApi): Promise<void> {
    await Promise.all(readdirSync(workflowDefinitions).map((file) => api.create(DEFINITIONS, readFileSync(join(workflowDefinitions, file), 'utf8'))));
    await api.create('/api/v1/namespaces', JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'argo' } }));
    await api.create('/api/v1/namespaces/argo/configmaps', JSON.stringify(WORKFLOWS_CONFIG));
    await startWorkflows(join(FOLDER, 'loop'), parts, kubeconfig, processes);
  }
  (globalThis as any).realCluster = cluster;
  process.env.KUBECONFIG = cluster.kubeconfig;
  process.env.KUBECTL = parts.programs.kubectl;
  process.env.PROMETHEUS = parts.programs.prometheus;
  process.env.SCRAPE_CONFIG = parts.programs['scrape-config'];
  process.env.CLUSTER_LOGS = cluster.logs;
  process.env.POD_LOGS = cluster.podLogs;
  process.env.LOOP_PYTHON = parts.python;
  process.env.LOOP_IMAGES = JSON.stringify(parts.loopImages.digests);
};
