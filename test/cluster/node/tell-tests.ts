import { NodeParts, Running } from './real-nodes';

/** Tells tests by the environment where everything is, and the end of the suite what to stop. */
export function tellTests(cluster: Running, { programs }: NodeParts): void {
  (globalThis as any).realCluster = cluster;
  process.env.KUBECONFIG = cluster.kubeconfig;
  process.env.KUBECTL = programs.kubectl;
  process.env.PROMETHEUS = programs.prometheus;
  process.env.SCRAPE_CONFIG = programs['scrape-config'];
  process.env.CLUSTER_LOGS = cluster.logs;
  process.env.POD_LOGS = cluster.podLogs;
}
