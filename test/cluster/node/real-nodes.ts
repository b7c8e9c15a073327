import { existsSync, mkdirSync } from 'fs';
import { join } from 'path';
import { GROUP_VARIABLE, makeGroup } from './enter';
import { Images } from './images';
import { startNames } from './names';
import { configureNode, NodeFiles, writeNetwork, writeProxy } from './node-files';
import { startRegistry } from './registry';
import { installDefinitions, startRollouts } from '../harness/bench';
import { ControlPlane, startControlPlane } from '../harness/control-plane';
import { Kubectl } from '../harness/kubectl';
import { LocalApi } from '../harness/local-api';
import { Processes } from '../harness/processes';

/** What was built for nodes. */
export interface NodeParts {
  readonly programs: { [name: string]: string };
  readonly definitions: string;
  readonly images: Images;
}

/** A cluster that runs, and what runs beside it. */
export interface Running {
  readonly kubeconfig: string;
  /** Folder with a log for each program. */
  readonly logs: string;
  /** Folder with the logs of containers. */
  readonly podLogs: string;
  readonly processes: Processes;
}

/** A cluster whose containers run. */
export interface RealCluster extends Running {
  readonly server: LocalApi;
}

/** Port of the registry, on the loopback interface that the nodes share. */
export const REGISTRY_PORT = 5000;

/** Every kubelet removes it and makes its own; no flag moves it. */
const PLUGIN_SOCKET = '/var/lib/kubelet/device-plugins/kubelet.sock';

/** Two, so that one can be drained. */
export const NODES: { [name: string]: string } = { 'node-a': '10.99.0.1', 'node-b': '10.99.0.2' };

/** Address of everything that is no pod, as pods see it. */
export const ADDRESS = NODES['node-a'];

/** Control plane, registry and nodes. To be called inside the namespaces that `enter.ts` makes, which also end it. */
export async function startRealCluster(folder: string, { programs, definitions, images }: NodeParts): Promise<RealCluster> {
  const group = process.env[GROUP_VARIABLE];
  if (!group) {throw new Error('real nodes are started in namespaces of their own: npm run test:node');}
  const [logs, podLogs] = [join(folder, 'logs'), join(folder, 'pods')];
  [folder, logs, podLogs].forEach((path) => mkdirSync(path, { recursive: true }));
  const processes = new Processes(logs);

  const users = Object.fromEntries(Object.keys(NODES).map((name) => [name, `system:node:${name},${name},system:nodes`]));
  const [plane] = await Promise.all([
    startControlPlane(folder, programs, processes,
      (server) => installDefinitions(server, definitions, processes), { users: { ...users, proxy: 'system:kube-proxy,proxy' }, address: ADDRESS }),
    startRegistry(folder, images.storage, REGISTRY_PORT, processes),
    startRuntimes(folder, images, processes),
  ]);
  const kubectl = new Kubectl(programs.kubectl, plane.kubeconfig, folder);
  await Promise.all([
    startKubelets(folder, programs, plane, group, processes),
    startRollouts(programs, plane, processes),
    startNames(folder, programs.coredns, plane.kubeconfig, processes),
  ]);
  for (const name of Object.keys(NODES)) {
    await processes.until(`registration of ${name}`, () => plane.server.answers(`/api/v1/nodes/${name}`));
  }
  await kubectl.run('wait', '--for=condition=Ready', 'nodes', '--all', '--timeout=60s');
  return { kubeconfig: plane.kubeconfig, logs, podLogs, processes, server: plane.server };
}

async function startRuntimes(folder: string, images: Images, processes: Processes): Promise<void> {
  const network = writeNetwork(folder);
  const pause = `127.0.0.1:${REGISTRY_PORT}/pause@${images.digests.pause}`;
  for (const name of Object.keys(NODES)) {
    const files = filesOf(folder, name);
    configureNode(files, { network, pause });
    processes.start(`containerd-${name}`, 'containerd', ['--config', files.runtime]);
  }
}

async function startKubelets(
  folder: string, programs: { [name: string]: string }, plane: ControlPlane, group: string, processes: Processes,
): Promise<void> {
  for (const name of Object.keys(NODES)) {
    const files = filesOf(folder, name);
    // a kubelet removes what it finds in its group and does not know
    makeGroup(`${group}/${name}`);
    await processes.until(`the socket of containerd of ${name}`, async () => existsSync(files.socket));
    processes.start(`kubelet-${name}`, programs.kubelet, [
      `--config=${files.kubelet}`, `--kubeconfig=${plane.kubeconfigOf(name)}`, `--root-dir=${files.root}`, `--cert-dir=${files.root}/certificates`,
      `--hostname-override=${name}`, `--node-ip=${NODES[name]}`, `--cgroup-root=/${group}/${name}`,
      // each in a zone, as the scheduler spreads nothing over nodes that are in none
      `--node-labels=topology.kubernetes.io/zone=zone-${name.slice(-1)}`,
    ]);
    // one after the other, as the second of two at the same moment finds the address in use, and ends
    await processes.until(`the socket for plugins of ${name}`, async () => existsSync(PLUGIN_SOCKET));
  }
  processes.start('kube-proxy', programs['kube-proxy'], [`--config=${writeProxy(folder, plane.kubeconfigOf('proxy'), Object.keys(NODES)[0])}`]);
}

function filesOf(folder: string, name: string): NodeFiles {
  const root = join(folder, name);
  return {
    name,
    root,
    address: NODES[name],
    index: Object.keys(NODES).indexOf(name),
    runtime: join(root, 'containerd.toml'),
    kubelet: join(root, 'kubelet.yaml'),
    socket: join(root, 'containerd.sock'),
    podLogs: join(folder, 'pods', name),
  };
}
