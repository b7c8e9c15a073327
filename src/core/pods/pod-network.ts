import { Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { factsOf, PartyFact } from '../../private/facts';
import { InputProblems } from '../../private/input-error';
import { NetworkPolicy } from '../../private/l1/core-kinds';
import { NetworkPeer } from '../network-peer';
import { PlatformProfile } from '../platform-profile';

/** Address of the agent that hands out credentials of EKS Pod Identity. */
const POD_IDENTITY = ['169.254.170.23/32', 'fd00:ec2::23/128'];

/** Pods whose network is closed but for what is named. */
export interface PodNetworkProps {
  /** How the report calls them. */
  readonly name: string;
  readonly podLabels: { [key: string]: string };
  readonly platform: PlatformProfile;
  /** Ports that callers get; none for tasks, which nobody calls. */
  readonly ports?: number[];
  /** Ports that Prometheus scrapes. */
  readonly metricsPorts?: number[];
  /** Ports that the kubelet probes; those of the callers where none are given. */
  readonly probedPorts?: number[];
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
    this.allowScraper();
    this.allowDns();
    this.allowIdentity();
    this.allowMesh();
  }

  /** Lets somebody call the pods. */
  public allowFrom(peer: NetworkPeer, why = 'requests'): void {
    this.require(() => peer._requireCaller());
    this.addIngress(peer.peerName, peer, [...this.ports.map(tcp), ...this.tunnels()], why);
  }

  /** Lets a controller of the platform in. */
  public allowControl(from: string, peer: NetworkPeer, ports: number[], why: string): void {
    this.addIngress(from, peer, [...ports.map(tcp), ...this.tunnels()], why);
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

  /** Lets the pods call each other on any port. */
  public allowAmongThemselves(why: string): void {
    const peers = [{ podSelector: { matchLabels: this.props.podLabels } }];
    const { name } = this.props;
    this.ingress.push({ from: peers });
    this.egress.push({ to: peers });
    (['ingress', 'egress'] as const).forEach((direction) => factsOf(this.scope).traffic.push({
      from: name, to: name, port: '', why, direction, caller: this.self, answerer: this.self,
    }));
  }

  /**
   * Lets the pods call the API server. Without a peer, its address is what no manifest knows: 443 is the port of its Service, 6443 that of who stands
   * behind it.
   */
  public allowApiServer(why: string, peer?: NetworkPeer): void {
    if (peer) {
      this.allowTo(peer, why);
      return;
    }
    this.addEgress('API server', NetworkPeer._anybody(), [443, 6443].map(tcp), why);
  }

  /** Whether a rule lets the pods call somebody on the port of HTTPS. */
  public get reachesHttps(): boolean {
    return this.egress.some(({ ports }) => ports === undefined || ports.some(({ port }: any) => port === 443));
  }

  private get ports(): number[] {
    return this.props.ports ?? [];
  }

  /** Whatever is wrong carries the path of the construct. */
  private require(check: () => void): void {
    const problems = new InputProblems();
    problems.attempt(check);
    const { scope, id } = this.scope.node;
    problems.throwAt(scope!, id);
  }

  private allowScraper(): void {
    const { platform: { metrics, mesh }, metricsPorts = [] } = this.props;
    if (!metrics.isAvailable || metrics.namespace === '') {return;}
    const ports = [...metricsPorts, ...mesh.metricsPorts];
    // a rule without ports would mean all of them
    if (ports.length === 0) {return;}
    const scraper = NetworkPeer.pods({ namespace: metrics.namespace, labels: metrics.scraperLabels });
    this.addIngress(`Prometheus in ${metrics.namespace}`, scraper, [...ports.map(tcp), ...this.tunnels()], 'metrics');
  }

  private allowDns(): void {
    const { peers, port } = this.props.platform.dns;
    peers.forEach((peer) => this.addEgress('DNS', peer, [{ port, protocol: 'UDP' }, tcp(port)], 'names'));
  }

  /** Pod Identity needs its agent; an identity by annotation speaks to the cloud's own addresses, which its user has to allow. */
  private allowIdentity(): void {
    const { identity } = this.props;
    if (!identity || Object.keys(identity.serviceAccountAnnotations).length > 0) {return;}
    this.addEgress('EKS Pod Identity agent', NetworkPeer._addresses(POD_IDENTITY), [tcp(80)], 'credentials');
  }

  private allowMesh(): void {
    const { controlPlane, probeSources } = this.props.platform.mesh;
    if (controlPlane) {
      const peer = NetworkPeer.pods({ namespace: controlPlane.namespace, labels: controlPlane.podLabels });
      this.addEgress(`mesh control plane in ${controlPlane.namespace}`, peer, controlPlane.ports.map(tcp), 'configuration and certificates');
    }
    const probed = this.props.probedPorts ?? this.ports;
    if (probeSources.length > 0 && probed.length > 0) {
      this.addIngress('kubelet through the mesh', NetworkPeer._addresses(probeSources), probed.map(tcp), 'probes');
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
