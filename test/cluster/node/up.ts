/** Inside the namespaces: starts a cluster with real nodes, runs a command with its kubeconfig, and ends. */
import { spawnSync } from 'child_process';
import { dirname } from 'path';
import { buildNodeParts } from './build';
import { startRealCluster } from './real-nodes';

const FOLDER = '/run/bench';
const [, , program, ...args] = process.argv;

async function run(): Promise<number> {
  const parts = await buildNodeParts({ log: (line) => process.stderr.write(`${line}\n`) });
  const started = Date.now();
  const { kubeconfig } = await startRealCluster(FOLDER, parts);
  process.stderr.write(`nodes ready after ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
  const env = { ...process.env, KUBECONFIG: kubeconfig, PATH: `${dirname(parts.programs.kubectl)}:${process.env.PATH}` };
  return program ? spawnSync(program, args, { stdio: 'inherit', env }).status ?? 1 : 0;
}

run().then((code) => process.exit(code), (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
