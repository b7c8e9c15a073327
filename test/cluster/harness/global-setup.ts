import { buildModule } from './build';
import { startOwner } from './owner';
import { PARTS } from './parts';

/** One cluster for the suite: ours, or with `CLUSTER=existing` the one that `KUBECONFIG` names. */
export = async function setUp(): Promise<void> {
  const log = (line: string) => process.stderr.write(`${line}\n`);
  if (process.env.CLUSTER === 'existing') {
    if (!process.env.KUBECONFIG) {throw new Error('CLUSTER=existing needs KUBECONFIG, the file that says where the cluster is');}
    process.env.PROMTOOL ??= `${await buildPart('prometheus', log)}/promtool`;
    process.env.PROMETHEUS ??= `${await buildPart('prometheus', log)}/prometheus`;
    process.env.KUBECTL ??= `${await buildPart('controlplane', log)}/kubectl`;
    process.env.ROLLOUTS_PLUGIN ??= `${await buildPart('rollouts', log)}/kubectl-argo-rollouts`;
    process.env.SCRAPE_CONFIG ??= `${await buildPart('scrape-config', log)}/scrape-config`;
    process.env.ORACLE ??= `${await buildPart('oracle', log)}/oracle`;
    process.env.ORACLE_SERVING ??= `${await buildPart('oracle-serving', log)}/oracle-serving`;
    process.env.ORACLE_ISTIO ??= `${await buildPart('oracle-istio', log)}/oracle-istio`;
    process.env.ORACLE_WORKFLOWS ??= `${await buildPart('oracle-workflows', log)}/oracle-workflows`;
    return;
  }
  const started = Date.now();
  const bench = await startOwner({ outlives: false });
  log(`control plane up, ${((Date.now() - started) / 1000).toFixed(1)} s`);
  (globalThis as any).clusterBench = bench;
  process.env.KUBECONFIG = bench.kubeconfig;
  process.env.CLUSTER_LOGS = bench.logs;
  process.env.ROLLOUTS_METRICS = bench.rolloutsMetrics;
  process.env.KUBECTL = bench.programs.kubectl;
  process.env.PROMTOOL = bench.programs.promtool;
  process.env.PROMETHEUS = bench.programs.prometheus;
  process.env.SCRAPE_CONFIG = bench.programs['scrape-config'];
  process.env.ORACLE = bench.programs.oracle;
  process.env.ORACLE_ISTIO = bench.programs['oracle-istio'];
  process.env.ROLLOUTS_CONTROLLER = bench.programs['rollouts-controller'];
  process.env.ROLLOUTS_PLUGIN = bench.programs['kubectl-argo-rollouts'];
  process.env.ORACLE_SERVING = bench.programs['oracle-serving'];
  process.env.ORACLE_WORKFLOWS = bench.programs['oracle-workflows'];
};

function buildPart(part: string, log: (line: string) => void): Promise<string> {
  return buildModule(PARTS.find(({ name }) => name === part)!, { log });
}
