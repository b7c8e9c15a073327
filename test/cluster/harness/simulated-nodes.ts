import { ControlPlane } from './control-plane';
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
  folder: string, programs: { [name: string]: string }, stages: string, { kubeconfig, server }: ControlPlane, processes: Processes,
): Promise<void> {
  processes.start('kwok', programs.kwok, [
    `--kubeconfig=${kubeconfig}`, `--config=${stages}`, '--manage-all-nodes=false', '--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake',
    '--cidr=10.244.0.0/16', '--node-ip=127.0.0.1', '--node-lease-duration-seconds=40',
  ], { HOME: folder });
  await Promise.all(NODES.map((node) => server.create('/api/v1/nodes', JSON.stringify(node))));
  await processes.until('readiness of the simulated nodes', async () => {
    const { body } = await server.call('GET', '/api/v1/nodes');
    return body.items.every(({ status }: any) => status.conditions?.some(({ type, status: value }: any) => type === 'Ready' && value === 'True'));
  });
}

interface Strings { readonly [key: string]: string }

function deviceNodeOf(name: string, zone: string, device: string, labels: Strings): object {
  return nodeOf(name, zone, labels, { [device]: '8' }, [{ key: device, effect: 'NoSchedule' }]);
}

function nodeOf(name: string, zone: string, labels: Strings = {}, devices: Strings = {}, taints: object[] = []): object {
  const resources = { cpu: '1024', memory: '4Ti', pods: '1000', ...devices };
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
