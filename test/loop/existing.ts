import { spawn } from 'child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { networkInterfaces, tmpdir } from 'os';
import { join } from 'path';
import { parseAllDocuments, stringify } from 'yaml';
import { MADE_BY_LOOP, NAMESPACE } from './names';
import { LoopParts } from './parts';
import { startServers, startWorkflows, WORKFLOWS_CONFIG } from './servers';
import { tellLoop } from './tell-loop';
import { runRolloutsController } from '../cluster/harness/bench';
import { Kubectl } from '../cluster/harness/kubectl';
import { Processes } from '../cluster/harness/processes';

const SELECTOR = Object.entries(MADE_BY_LOOP).map(([name, value]) => `${name}=${value}`).join(',');
const say = (line: string) => process.stderr.write(`${line}\n`);

/**
 * Runs a command beside the cluster of `KUBECONFIG`, and takes away what it made there, however it ends.
 *
 * Pods of that cluster have to reach what stands beside it, and the other way round, so its nodes have to be this machine.
 */
export async function runBeside(command: string[], { programs }: LoopParts): Promise<number> {
  const kubectl = kubectlOf(programs);
  process.env.LOOP_ADDRESS = addressOf(JSON.parse(await kubectl.run('get', 'nodes', '--output=json')));
  say(`the loop runs on the cluster at ${await kubectl.run('config', 'view', '--minify', '--output=jsonpath={.clusters[0].cluster.server}')}`);
  await takeAway(kubectl);
  try {
    // a terminal interrupts the command, too, and not this process, as `runInside` listens to signals
    return await new Promise((resolve, reject) => {
      spawn(command[0], command.slice(1), { stdio: 'inherit' }).on('error', reject).on('exit', (code) => resolve(code ?? 130));
    });
  } finally {
    await takeAway(kubectl);
  }
}

/** Gives the cluster of `KUBECONFIG` what it lacks, and starts everything beside it; the environment says where everything is. */
export async function joinCluster(parts: LoopParts): Promise<void> {
  const { programs } = parts;
  const kubeconfig = process.env.KUBECONFIG!;
  const folder = mkdtempSync(join(tmpdir(), 'cdk8s-mlops-loop-'));
  const [logs, podLogs, servers] = ['logs', 'pods', 'servers'].map((name) => join(folder, name));
  [logs, podLogs, servers].forEach((path) => mkdirSync(path));
  const processes = new Processes(logs);
  const kubectl = kubectlOf(programs);
  const kinds = await definitionsOf(kubectl);
  tellLoop({ kubeconfig, logs, podLogs, processes }, parts);

  const missing = [parts.definitions, parts.workflowDefinitions].flatMap(objectsIn).filter(({ metadata }) => !kinds.includes(metadata.name));
  if (missing.length > 0) {
    await create(kubectl, folder, missing);
    await kubectl.run('wait', '--for=condition=Established', 'customresourcedefinitions', `--selector=${SELECTOR}`, '--timeout=60s');
  }
  // who knows the kind has its controller, and two of them would fight
  const controllers = [
    ['rollouts.argoproj.io', 'argo-rollouts', [], () => runRolloutsController(programs, kubeconfig, processes)],
    ['workflows.argoproj.io', 'argo', [WORKFLOWS_CONFIG], () => startWorkflows(servers, parts, kubeconfig, processes)],
  ] as const;
  for (const [kind, namespace, objects, start] of controllers) {
    if (kinds.includes(kind)) {
      say(`the cluster has ${kind}: its own controller is taken`);
    } else {
      await create(kubectl, folder, [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, ...objects]);
      await start();
    }
  }
  await startServers(servers, parts, processes);
}

function kubectlOf(programs: { [name: string]: string }): Kubectl {
  const { KUBECONFIG: file = '' } = process.env;
  if (!existsSync(file)) {throw new Error(`CLUSTER=existing needs KUBECONFIG, one file that says where the cluster is; got '${file}'`);}
  return new Kubectl(programs.kubectl, file, tmpdir());
}

function addressOf({ items }: any): string {
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []).map(({ address }) => address);
  const nodes: [string, string][] = items.map(({ metadata, status }: any) =>
    [metadata.name, status.addresses.find(({ type }: any) => type === 'InternalIP')?.address]);
  const others = nodes.filter(([, address]) => !own.includes(address));
  if (others.length > 0) {
    throw new Error(`${others.map(([name, address]) => `node '${name}' has the address ${address}`).join(', ')}, which is not of this machine: pods there would not `
      + 'reach the registry, the object store, MLflow and Prometheus that are started here. Take a cluster whose nodes are this machine (of k3s or kubeadm), '
      + 'or leave out CLUSTER=existing, and one is started');
  }
  return nodes[0][1];
}

async function definitionsOf(kubectl: Kubectl): Promise<string[]> {
  return (await kubectl.run('get', 'customresourcedefinitions', '--output=name')).split('\n').map((line) => line.split('/').at(-1)!);
}

function objectsIn(folder: string): any[] {
  return readdirSync(folder).flatMap((file) => parseAllDocuments(readFileSync(join(folder, file), 'utf8')).map((each) => each.toJS())).filter((each) => each?.kind);
}

async function create(kubectl: Kubectl, folder: string, objects: readonly any[]): Promise<void> {
  const file = join(folder, 'made.yaml');
  writeFileSync(file, objects.map((each) => stringify({ ...each, metadata: { ...each.metadata, labels: { ...each.metadata.labels, ...MADE_BY_LOOP } } })).join('---\n'));
  await kubectl.run('create', '--filename', file);
  rmSync(file);
}

/** Removes what the loop made in a cluster, also what is left of a run that was killed. */
async function takeAway(kubectl: Kubectl): Promise<void> {
  const namespaces = await kubectl.run('get', 'namespaces', `--selector=${SELECTOR}`, '--output=name');
  if (namespaces.includes(`/${NAMESPACE}\n`)) {
    await kubectl.run('delete', 'namespace', NAMESPACE, '--wait=false');
    // the controller that would let go of them may be gone
    const kinds = (await definitionsOf(kubectl)).includes('workflows.argoproj.io') ? 'pods,workflows.argoproj.io' : 'pods';
    for (const name of (await kubectl.run('get', kinds, '--namespace', NAMESPACE, '--output=name')).split('\n').filter((each) => each)) {
      await kubectl.run('patch', name, '--namespace', NAMESPACE, '--type=merge', '--patch={"metadata":{"finalizers":null}}').catch(() => 'gone meanwhile');
    }
  }
  for (const kind of ['namespaces', 'customresourcedefinitions']) {
    await kubectl.run('delete', kind, `--selector=${SELECTOR}`, '--timeout=300s');
  }
}
