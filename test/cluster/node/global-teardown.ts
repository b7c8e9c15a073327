import { cpSync } from 'fs';
import { join } from 'path';
import { Running } from './real-nodes';

/** Keeps what containers wrote; everything else goes with the namespaces. */
export = async function tearDown(): Promise<void> {
  const cluster: Running | undefined = (globalThis as any).realCluster;
  if (!cluster) {return;}
  cpSync(cluster.podLogs, join(__dirname, '..', '..', '..', 'test-reports', 'pod-logs'), { recursive: true });
  await cluster.processes.stop();
};
