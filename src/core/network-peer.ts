import { PartyFact } from '../private/facts';
import { InputError } from '../private/input-error';

/** Options of `NetworkPeer.pods()`. */
export interface PodPeerOptions {
  /** Labels of the pods. */
  readonly labels: { [key: string]: string };
  /**
   * Namespace of the pods.
   *
   * @default - the namespace of the workload
   */
  readonly namespace?: string;
}

/**
 * Somebody to talk to. Everything that is not named is refused.
 *
 * A NetworkPolicy of Kubernetes knows pods, namespaces and addresses, but no host names: S3 and other names outside can only be allowed by
 * CIDR, or by a rule for any address on port 443 that says why.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export class NetworkPeer {
  /** Every pod in the namespace of the workload. */
  public static sameNamespace(): NetworkPeer {
    return new NetworkPeer('pods of the same namespace', { podLabels: {} }, []);
  }

  /**
   * Every pod of a namespace.
   *
   * @param namespace name of the namespace
   */
  public static namespace(namespace: string): NetworkPeer {
    return new NetworkPeer(`namespace ${namespace}`, { namespace, podLabels: {} }, []);
  }

  /**
   * Pods by their labels.
   *
   * @param options labels, namespace
   * @throws if there is no label: that would be every pod, which `namespace()` and `sameNamespace()` say by name
   */
  public static pods(options: PodPeerOptions): NetworkPeer {
    const labels = Object.entries(options.labels).sort(([a], [b]) => (a < b ? -1 : 1));
    if (labels.length === 0) {
      throw new InputError('network/no-labels',
        "'labels' must name at least one label, got none; use NetworkPeer.sameNamespace() or NetworkPeer.namespace() for every pod");
    }
    const name = labels.map(([key, value]) => `${key}=${value}`).join(', ') + (options.namespace === undefined ? '' : ` in ${options.namespace}`);
    return new NetworkPeer(name, { namespace: options.namespace, podLabels: options.labels }, []);
  }

  /**
   * Addresses.
   *
   * @param cidr such as `10.20.0.0/16`
   * @param ports TCP ports
   * @throws if it is no CIDR, or if no port is named
   */
  public static cidr(cidr: string, ...ports: number[]): NetworkPeer {
    if (!/^([0-9]{1,3}[.]){3}[0-9]{1,3}\/([0-9]|[12][0-9]|3[0-2])$/.test(cidr) && !/^[0-9a-fA-F:]*:[0-9a-fA-F:]*\/[0-9]{1,3}$/.test(cidr)) {
      throw new InputError('network/malformed-cidr', `'cidr' must look like '10.20.0.0/16', got '${cidr}'; a host name cannot stand in a NetworkPolicy`);
    }
    if (ports.length === 0) {
      throw new InputError('network/no-ports', `'ports' must name at least one TCP port of '${cidr}', got none`);
    }
    return new NetworkPeer(cidr, { cidrs: [cidr] }, ports);
  }

  /**
   * Any address on port 443, for names outside the cluster that have no fixed address, such as S3. The report shows it with the reason.
   *
   * @param reason what it is for, such as `models are read from S3`
   * @throws if the reason is empty
   */
  public static anyHttps(reason: string): NetworkPeer {
    if (reason.trim() === '') {
      throw new InputError('network/no-reason', "'reason' must say what any address on port 443 is needed for, got ''");
    }
    return new NetworkPeer('any address', { cidrs: ['0.0.0.0/0', '::/0'] }, [443], reason);
  }

  /**
   * Addresses that stand for one party; the rule decides the ports.
   *
   * @internal
   */
  public static _addresses(cidrs: string[]): NetworkPeer {
    return new NetworkPeer(cidrs.join(', '), { cidrs }, []);
  }

  private constructor(
    /** How the report calls it. */
    public readonly peerName: string,
    private readonly party: PartyFact,
    private readonly ports: number[],
    /** Why a rule wider than its purpose is needed, where it is one. */
    public readonly reason?: string,
  ) {}

  /**
   * The peer in the words of a NetworkPolicy.
   *
   * @internal
   */
  public _toPeers(): any[] {
    const { namespace, podLabels = {}, cidrs } = this.party;
    if (cidrs) {return cidrs.map((cidr) => ({ ipBlock: { cidr } }));}
    const everyPod = Object.keys(podLabels).length === 0;
    if (namespace === undefined) {return [{ podSelector: everyPod ? {} : { matchLabels: podLabels } }];}
    const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': namespace } };
    return [everyPod ? { namespaceSelector } : { namespaceSelector, podSelector: { matchLabels: podLabels } }];
  }

  /**
   * The peer as the report tells it; without a namespace, that of the workload.
   *
   * @internal
   */
  public _toParty(): PartyFact {
    return this.party;
  }

  /**
   * The TCP ports of the peer; empty where the rule decides.
   *
   * @internal
   */
  public _toPorts(): number[] {
    return this.ports;
  }
}
