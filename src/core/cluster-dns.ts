import { NetworkPeer } from './network-peer';
import { InputProblems } from '../private/input-error';

/** Options of `ClusterDns.custom()`. */
export interface CustomDnsOptions {
  /** Who answers. Ports that a peer has of its own do not count here. */
  readonly peers: NetworkPeer[];
  /**
   * UDP and TCP port that they listen on: that of the pods, where a Service translates it.
   *
   * @default 53
   */
  readonly port?: number;
}

/**
 * Who answers when a pod asks for a name. Network policies are judged after the address of a Service was translated, so they have to name
 * the pods or addresses behind it.
 */
export class ClusterDns {
  /**
   * CoreDNS or kube-dns, as kubeadm, EKS, AKS and GKE install them: pods labelled `k8s-app: kube-dns` in `kube-system`.
   *
   * @see https://kubernetes.io/docs/tasks/administer-cluster/dns-custom-nameservers/
   */
  public static coreDns(): ClusterDns {
    return new ClusterDns([COREDNS], 53);
  }

  /**
   * NodeLocal DNSCache in front of CoreDNS: a cache in the network of the node, which no selector of pods reaches.
   *
   * @param address address that the cache listens on, `169.254.20.10` where none is given
   * @throws if the address is no IPv4 address
   * @see https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/
   */
  public static nodeLocal(address: string = '169.254.20.10'): ClusterDns {
    return new ClusterDns([COREDNS, NetworkPeer.cidr(`${address}/32`, 53)], 53);
  }

  /**
   * The DNS of OpenShift: pods of `openshift-dns`, which listen on 5353.
   *
   * @see https://docs.openshift.com/container-platform/latest/networking/networking_operators/dns-operator.html
   */
  public static openShift(): ClusterDns {
    return new ClusterDns([
      NetworkPeer.pods({ namespace: 'openshift-dns', labels: { 'dns.operator.openshift.io/daemonset-dns': 'default' } }),
    ], 5353);
  }

  /**
   * Another DNS, such as Cloud DNS for GKE: `{ peers: [NetworkPeer.cidr('169.254.169.254/32', 53)] }`.
   *
   * @param options who answers, on which port
   * @throws if nobody answers or the port is out of range
   */
  public static custom(options: CustomDnsOptions): ClusterDns {
    const port = options.port ?? 53;
    const problems = new InputProblems();
    if (options.peers.length === 0) {
      problems.add('platform/no-dns', "'peers' must name who answers when a pod asks for a name, got nobody");
    }
    if (!Number.isInteger(port) || port < 1 || port > 65535) {
      problems.add('platform/malformed-dns-port', `'port' of the DNS must be between 1 and 65535, got ${port}`);
    }
    problems.throwAll();
    return new ClusterDns([...options.peers], port);
  }

  private constructor(
    /** Who answers. */
    public readonly peers: NetworkPeer[],
    /** UDP and TCP port that they listen on. */
    public readonly port: number,
  ) {}
}

const COREDNS = NetworkPeer.pods({ namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } });
