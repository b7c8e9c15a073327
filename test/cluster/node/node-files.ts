import { mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { stringify } from 'yaml';
import { NAMES_AT } from './names';

/** Where one node keeps what. */
export interface NodeFiles {
  readonly name: string;
  readonly address: string;
  /** Nodes that share a loopback interface need ports of their own. */
  readonly index: number;
  /** Folder of the kubelet and of containerd. */
  readonly root: string;
  /** Configuration of containerd. */
  readonly runtime: string;
  readonly socket: string;
  /** Configuration of the kubelet. */
  readonly kubelet: string;
  readonly podLogs: string;
}

const POD_RANGE = '10.244.0.0/16';

/** Writes what containerd and the kubelet of a node read. */
export function configureNode(files: NodeFiles, { network, pause }: { network: string; pause: string }): void {
  [files.root, files.podLogs].forEach((path) => mkdirSync(path, { recursive: true }));
  writeFileSync(files.runtime, containerdConfig(files, network, pause));
  writeFileSync(files.kubelet, stringify({
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: files.address,
    healthzBindAddress: '127.0.0.1',
    healthzPort: 10248 + files.index,
    authentication: { anonymous: { enabled: false }, webhook: { enabled: true } },
    authorization: { mode: 'Webhook' },
    cgroupDriver: 'cgroupfs',
    containerRuntimeEndpoint: `unix://${files.socket}`,
    podLogsDir: files.podLogs,
    volumePluginDir: join(files.root, 'volume-plugins'),
    clusterDNS: [NAMES_AT],
    clusterDomain: 'cluster.local',
    resolvConf: '',
    failCgroupV1: false,
    failSwapOn: false,
    // it finds them as it wants them, and must not change those of the machine
    protectKernelDefaults: true,
    oomScoreAdj: 0,
    // a full disk of the machine is no reason to evict
    evictionHard: { 'memory.available': '50Mi', 'nodefs.available': '0%', 'imagefs.available': '0%', 'nodefs.inodesFree': '0%' },
    imageGCHighThresholdPercent: 100,
    nodeStatusUpdateFrequency: '2s',
  }));
}

function containerdConfig({ root, socket }: NodeFiles, network: string, pause: string): string {
  return `version = 2
root = "${root}/containerd"
state = "${root}/containerd-state"
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]

[grpc]
address = "${socket}"

[plugins."io.containerd.internal.v1.opt"]
path = "${root}/opt"

[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "${pause}"
stream_server_address = "127.0.0.1"
# a container may be all that root may here, and that need not include making itself harder to kill
restrict_oom_score_adj = true

[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "/usr/lib/cni"
conf_dir = "${network}"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
`;
}

/** One bridge for the pods of all nodes; the folder of its configuration. */
export function writeNetwork(folder: string): string {
  const network = join(folder, 'network');
  mkdirSync(network);
  writeFileSync(join(network, '10-bench.conflist'), JSON.stringify({
    cniVersion: '1.0.0',
    name: 'bench',
    plugins: [{
      type: 'bridge',
      bridge: 'pods0',
      isGateway: true,
      hairpinMode: true,
      ipam: { type: 'host-local', dataDir: join(folder, 'addresses'), ranges: [[{ subnet: POD_RANGE }]], routes: [{ dst: '0.0.0.0/0' }] },
    }],
  }));
  return network;
}

/** One proxy serves all nodes, as they share their network; the file of its configuration. */
export function writeProxy(folder: string, kubeconfig: string, node: string): string {
  const file = join(folder, 'proxy.yaml');
  writeFileSync(file, stringify({
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'iptables',
    hostnameOverride: node,
    clusterCIDR: POD_RANGE,
    clientConnection: { kubeconfig },
    oomScoreAdj: 0,
    // of the machine, not of the network
    conntrack: { maxPerCore: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
    healthzBindAddress: '127.0.0.1:10256',
    metricsBindAddress: '127.0.0.1:10249',
  }));
  return file;
}
