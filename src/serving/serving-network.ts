import { Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { IWorkloadIdentity } from './serving';
import { NetworkPeer } from '../core/network-peer';
import { PlatformProfile } from '../core/platform-profile';
import { factsOf } from '../private/facts';
import { NetworkPolicy } from '../private/l1/core-kinds';

export interface ServingNetworkProps {
  /** How the report calls the serving. */
  readonly name: string;
  readonly podLabels: { [key: string]: string };
  readonly port: number;
  readonly metricsPorts: number[];
  readonly platform: PlatformProfile;
  readonly identity?: IWorkloadIdentity;
}

/** Address of the agent that hands out credentials of EKS Pod Identity. */
const POD_IDENTITY = ['169.254.170.23/32', 'fd00:ec2::23/128'];

/** Refuses everything that is not named, in both directions, and tells the report what is named. */
export class ServingNetwork {
  private readonly ingress: any[] = [];
  private readonly egress: any[] = [];

  public constructor(private readonly scope: Construct, private readonly props: ServingNetworkProps) {
    this.allowScraper();
    this.allowDns();
    this.allowIdentity();
    this.allowMesh();
    new NetworkPolicy(scope, 'NetworkPolicy', {
      spec: {
        podSelector: { matchLabels: props.podLabels },
        policyTypes: ['Ingress', 'Egress'],
        ingress: Lazy.any({ produce: () => this.ingress }),
        egress: Lazy.any({ produce: () => this.egress }),
      },
    });
  }

  /** Lets somebody call the model. */
  public allowFrom(peer: NetworkPeer): void {
    this.addIngress(peer.peerName, peer._toPeers(), [tcp(this.props.port), ...this.tunnels()], 'requests');
  }

  /** Lets the pods call somebody. */
  public allowTo(peer: NetworkPeer): void {
    const ports = peer._toPorts().map(tcp);
    this.addEgress(peer.peerName, peer._toPeers(), ports.length === 0 ? [] : [...ports, ...this.tunnels()], peer.reason ?? 'calls');
    if (peer.reason !== undefined) {
      factsOf(this.scope).notes.push(`${this.props.name} may reach any address on port 443: ${peer.reason}. ` +
        'A NetworkPolicy cannot name a host; narrow it by CIDR or with an egress gateway.');
    }
  }

  private allowScraper(): void {
    const { isAvailable, namespace, scraperLabels } = this.props.platform.metrics;
    if (!isAvailable || namespace === '') {return;}
    const scraper = NetworkPeer.pods({ namespace, labels: scraperLabels });
    this.addIngress(`Prometheus in ${namespace}`, scraper._toPeers(), [...this.props.metricsPorts.map(tcp), ...this.tunnels()], 'metrics');
  }

  private allowDns(): void {
    const dns = NetworkPeer.pods({ namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } });
    this.addEgress('DNS', dns._toPeers(), [{ port: 53, protocol: 'UDP' }, tcp(53)], 'names');
  }

  /** Pod Identity needs its agent; an identity by annotation speaks to the cloud's own addresses, which its user has to allow. */
  private allowIdentity(): void {
    const { identity } = this.props;
    if (!identity || Object.keys(identity.serviceAccountAnnotations).length > 0) {return;}
    this.addEgress('EKS Pod Identity agent', POD_IDENTITY.map((cidr) => ({ ipBlock: { cidr } })), [tcp(80)], 'credentials');
  }

  private allowMesh(): void {
    const { controlPlane, probeSources } = this.props.platform.mesh;
    if (controlPlane) {
      const peer = NetworkPeer.pods({ namespace: controlPlane.namespace, labels: controlPlane.podLabels });
      this.addEgress(`mesh control plane in ${controlPlane.namespace}`, peer._toPeers(), controlPlane.ports.map(tcp), 'configuration and certificates');
    }
    if (probeSources.length > 0) {
      this.addIngress('kubelet through the mesh', probeSources.map((cidr) => ({ ipBlock: { cidr } })), [tcp(this.props.port)], 'probes');
    }
  }

  /** The mesh carries other ports through these. */
  private tunnels(): any[] {
    return this.props.platform.mesh.tunnelPorts.map(tcp);
  }

  private addIngress(from: string, peers: any[], ports: any[], why: string): void {
    this.ingress.push({ from: peers, ports });
    factsOf(this.scope).traffic.push({ from, to: this.props.name, port: portNames(ports), why });
  }

  private addEgress(to: string, peers: any[], ports: any[], why: string): void {
    this.egress.push({ to: peers, ports: ports.length === 0 ? undefined : ports });
    factsOf(this.scope).traffic.push({ from: this.props.name, to, port: portNames(ports), why });
  }
}

function tcp(port: number): any {
  return { port, protocol: 'TCP' };
}

function portNames(ports: any[]): string {
  return ports.map(({ port, protocol }) => `${protocol} ${port}`).join(', ');
}
