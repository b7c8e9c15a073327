import { writeFileSync } from 'fs';
import { join } from 'path';
import { stringify } from 'yaml';
import { Kubectl } from './kubectl';
import { Processes } from './processes';

/** Nodes in three zones, and two each with devices behind their usual taint: enough for everything that is applied at once. */
const NODES = [
  ...['a', 'b', 'c'].map((zone) => nodeOf(`simulated-${zone}`, zone)),
  ...['a', 'b'].flatMap((zone) => [
    deviceNodeOf(`simulated-nvidia-${zone}`, zone, 'nvidia.com/gpu', { 'node.kubernetes.io/instance-type': 'g5.xlarge' }),
    deviceNodeOf(`simulated-amd-${zone}`, zone, 'amd.com/gpu', {}),
  ]),
];

/** kwok, whose nodes say that every pod runs and is ready. */
export async function startSimulatedNodes(
  folder: string, programs: { [name: string]: string }, stages: string, kubeconfig: string, kubectl: Kubectl, processes: Processes,
): Promise<void> {
  processes.start('kwok', programs.kwok, [
    `--kubeconfig=${kubeconfig}`, `--config=${stages}`, '--manage-all-nodes=false', '--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake',
    '--cidr=10.244.0.0/16', '--node-ip=127.0.0.1', '--node-lease-duration-seconds=40',
  ], { HOME: folder });
  const file = join(folder, 'nodes.yaml');
  writeFileSync(file, NODES.map((node) => stringify(node)).join('---\n'));
  await kubectl.run('apply', '--server-side', '-f', file);
  await kubectl.run('wait', '--for=condition=Ready', 'nodes', '--all', '--timeout=30s');
}

interface Strings { readonly [key: string]: string }

function deviceNodeOf(name: string, zone: string, device: string, labels: Strings): object {
  return nodeOf(name, zone, labels, { [device]: '8' }, [{ key: device, effect: 'NoSchedule' }]);
}

function nodeOf(name: string, zone: string, labels: Strings = {}, devices: Strings = {}, taints: object[] = []): object {
  const resources = { cpu: '64', memory: '256Gi', pods: '250', ...devices };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      annotations: { 'kwok.x-k8s.io/node': 'fake' },
      labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64', 'topology.kubernetes.io/zone': `zone-${zone}`, ...labels },
    },
    spec: { taints },
    status: { allocatable: resources, capacity: resources },
  };
}
