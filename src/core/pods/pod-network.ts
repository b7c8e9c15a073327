import { Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { factsOf, PartyFact } from '../../private/facts';
import { InputProblems } from '../../private/input-error';
import { NetworkPolicy } from '../../private/l1/core-kinds';
import { NetworkPeer } from '../network-peer';
import { PlatformProfile } from '../platform-profile';

/** Address of the agent that hands out credentials of EKS Pod Identity. */
const POD_IDENTITY = ['169.254.170.23/32', 'fd00:ec2::23/128'];

/** Pods of our own programs, whose network is closed but for what is named. */
export interface PodNetworkProps {
  /** How the report calls them. */
  readonly name: string;
  readonly podLabels: { [key: string]: string };
  readonly platform: PlatformProfile;
  /** Ports that callers get; empty for tasks, which nobody calls. */
  readonly ports: number[];
  /** Ports that Prometheus scrapes. */
  readonly metricsPorts?: number[];
  readonly identity?: { readonly serviceAccountAnnotations: { [key: string]: string } };
}

/** Refuses everything that is not named, in both directions, and tells the report what is named. */
export class PodNetwork {
  private readonly ingress: any[] = [];
  private readonly egress: any[] = [];
  private readonly self: PartyFact;

  public constructor(private readonly scope: Construct, id: string, private readonly props: PodNetworkProps) {
    const policy = new NetworkPolicy(scope, id, {
      spec: {
        podSelector: { matchLabels: props.podLabels },
        policyTypes: ['Ingress', 'Egress'],
        // the API server drops an empty list, and a GitOps controller would see a difference forever
        ingress: Lazy.any({ produce: () => (this.ingress.length === 0 ? undefined : this.ingress) }),
        egress: Lazy.any({ produce: () => this.egress }),
      },
    });
    this.self = { namespace: policy.metadata.namespace, podLabels: props.podLabels };
    this.allowPlatform();
  }

  /** Lets somebody call the pods. */
  public allowFrom(peer: NetworkPeer, why = 'requests'): void {
    this.require(() => peer._requireCaller());
    this.addIngress(peer.peerName, peer, [...this.props.ports.map(tcp), ...this.tunnels()], why);
  }

  /** Lets the pods call somebody. */
  public allowTo(peer: NetworkPeer, why = 'calls'): void {
    this.require(() => peer._requireAnswerer());
    const ports = peer._toPorts().map(tcp);
    this.addEgress(peer.peerName, peer, ports.length === 0 ? [] : [...ports, ...this.tunnels()], peer.reason ?? why);
    if (peer.reason !== undefined) {
      factsOf(this.scope).notes.push(`${this.props.name} may reach any address on port 443: ${peer.reason}. ` +
        'A NetworkPolicy cannot name a host; narrow it by CIDR or with an egress gateway.');
    }
  }

  /** Whatever is wrong carries the path of the construct. */
  private require(check: () => void): void {
    const problems = new InputProblems();
    problems.attempt(check);
    const { scope, id } = this.scope.node;
    problems.throwAt(scope!, id);
  }

  private allowPlatform(): void {
    const { ports, metricsPorts = [], identity } = this.props;
    const { metrics, mesh, dns } = this.props.platform;
    if (metricsPorts.length > 0 && metrics.isAvailable) {
      const scraper = NetworkPeer.pods({ namespace: metrics.namespace, labels: metrics.scraperLabels });
      this.addIngress(`Prometheus in ${metrics.namespace}`, scraper, [...metricsPorts, ...mesh.metricsPorts, ...mesh.tunnelPorts].map(tcp), 'metrics');
    }
    dns.peers.forEach((peer) => this.addEgress('DNS', peer, [{ port: dns.port, protocol: 'UDP' }, tcp(dns.port)], 'names'));
    if (identity && Object.keys(identity.serviceAccountAnnotations).length === 0) {
      this.addEgress('EKS Pod Identity agent', NetworkPeer._addresses(POD_IDENTITY), [tcp(80)], 'credentials');
    }
    if (mesh.controlPlane) {
      const { namespace, podLabels, ports: called } = mesh.controlPlane;
      this.addEgress(`mesh control plane in ${namespace}`, NetworkPeer.pods({ namespace, labels: podLabels }), called.map(tcp), 'configuration and certificates');
    }
    if (mesh.probeSources.length > 0 && ports.length > 0) {
      this.addIngress('kubelet through the mesh', NetworkPeer._addresses(mesh.probeSources), ports.map(tcp), 'probes');
    }
  }

  /** The mesh carries other ports through these. */
  private tunnels(): any[] {
    return this.props.platform.mesh.tunnelPorts.map(tcp);
  }

  private addIngress(from: string, peer: NetworkPeer, ports: any[], why: string): void {
    this.ingress.push({ from: peer._toPeers(), ports });
    factsOf(this.scope).traffic.push({
      from, to: this.props.name, port: portNames(ports), why, direction: 'ingress', caller: this.partyOf(peer), answerer: this.self,
    });
  }

  private addEgress(to: string, peer: NetworkPeer, ports: any[], why: string): void {
    this.egress.push({ to: peer._toPeers(), ports: ports.length === 0 ? undefined : ports });
    factsOf(this.scope).traffic.push({
      from: this.props.name, to, port: portNames(ports), why, direction: 'egress', caller: this.self, answerer: this.partyOf(peer),
    });
  }

  private partyOf(peer: NetworkPeer): PartyFact {
    const party = peer._toParty();
    return party.cidrs ? party : { ...party, namespace: party.namespace ?? this.self.namespace };
  }
}

function tcp(port: number): any {
  return { port, protocol: 'TCP' };
}

function portNames(ports: any[]): string {
  return ports.map(({ port, protocol }) => `${protocol} ${port}`).join(', ');
}
