import { isIP } from 'net';
import { PartyFact } from '../private/facts';
import { InputError, InputProblems } from '../private/input-error';
import { checkLabels, isDnsLabel } from '../private/kubernetes-names';

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
  /**
   * TCP ports of the pods, where the model calls them. Leave them out for pods that call the model: its own port is what they get.
   *
   * @default - every port
   */
  readonly ports?: number[];
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
   * @param ports TCP ports, where the model calls the pods. Without any, every port
   * @throws if Kubernetes would refuse the name, or a port is out of range
   */
  public static namespace(namespace: string, ...ports: number[]): NetworkPeer {
    const problems = new InputProblems();
    checkNamespace(namespace, problems);
    checkPorts(ports, problems);
    problems.throwAll();
    return new NetworkPeer(`namespace ${namespace}`, { namespace, podLabels: {} }, ports);
  }

  /**
   * Pods by their labels.
   *
   * @param options labels, namespace, ports
   * @throws if there is no label (that would be every pod, which `namespace()` and `sameNamespace()` say by name), Kubernetes would refuse a
   * label or the namespace, or a port is out of range
   */
  public static pods(options: PodPeerOptions): NetworkPeer {
    const labels = Object.entries(options.labels).sort(([a], [b]) => (a < b ? -1 : 1));
    if (labels.length === 0) {
      throw new InputError('network/no-labels',
        "'labels' must name at least one label, got none; use NetworkPeer.sameNamespace() or NetworkPeer.namespace() for every pod");
    }
    const { namespace, ports = [] } = options;
    const problems = new InputProblems();
    checkLabels('labels', options.labels, problems);
    checkNamespace(namespace, problems);
    checkPorts(ports, problems);
    problems.throwAll();
    const name = labels.map(([key, value]) => `${key}=${value}`).join(', ') + (namespace === undefined ? '' : ` in ${namespace}`);
    return new NetworkPeer(name, { namespace, podLabels: options.labels }, ports);
  }

  /**
   * Addresses.
   *
   * @param cidr such as `10.20.0.0/16`
   * @param ports TCP ports, where the model calls the addresses. None for addresses that call the model
   * @throws if it is no CIDR, or a port is out of range
   */
  public static cidr(cidr: string, ...ports: number[]): NetworkPeer {
    const problems = new InputProblems();
    if (!isCidr(cidr)) {
      problems.add('network/malformed-cidr', `'cidr' must look like '10.20.0.0/16', got '${cidr}'; a host name cannot stand in a NetworkPolicy`);
    }
    checkPorts(ports, problems);
    problems.throwAll();
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

  /**
   * Whoever has the port: every pod and every address, for who has an address that no manifest knows.
   *
   * @internal
   */
  public static _anybody(): NetworkPeer {
    return new NetworkPeer('anybody', { cidrs: ['0.0.0.0/0', '::/0'] }, [], undefined, true);
  }

  private constructor(
    /** How the report calls it. */
    public readonly peerName: string,
    private readonly party: PartyFact,
    private readonly ports: number[],
    /** Why a rule wider than its purpose is needed, where it is one. */
    public readonly reason?: string,
    private readonly isEverybody = false,
  ) {}

  /**
   * The peer in the words of a NetworkPolicy; none means everybody.
   *
   * @internal
   */
  public _toPeers(): any[] | undefined {
    const { namespace, podLabels = {}, cidrs } = this.party;
    // some network plugins see no pod and no node in a range of addresses, however wide it is
    if (this.isEverybody) {return undefined;}
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

  /**
   * Checks that the peer can call somebody, whose ports count then.
   *
   * @internal
   */
  public _requireCaller(): void {
    if (this.reason !== undefined) {
      throw new InputError('network/any-caller',
        `'${this.peerName}' may not call the model, which would open it to the world; name the addresses with NetworkPeer.cidr(), or put a gateway in front of the model and name its pods`);
    }
    if (this.ports.length > 0) {
      throw new InputError('network/ports-of-a-caller',
        `a caller gets the port of the model, but '${this.peerName}' names its own, ${this.ports.join(', ')}; leave the ports out`);
    }
  }

  /**
   * Checks that the peer can be called; a range of addresses on every port is more than anybody means.
   *
   * @internal
   */
  public _requireAnswerer(): void {
    if (this.party.cidrs && this.ports.length === 0) {
      throw new InputError('network/no-ports', `'${this.peerName}' must name at least one TCP port that the model may call, got none; add it to NetworkPeer.cidr()`);
    }
  }
}

function checkNamespace(namespace: string | undefined, problems: InputProblems): void {
  if (namespace !== undefined && !isDnsLabel(namespace)) {
    problems.add('network/malformed-namespace', `'namespace' must be at most 63 lower-case letters, digits and '-', got '${namespace}'`);
  }
}

function checkPorts(ports: number[], problems: InputProblems): void {
  for (const port of ports.filter((candidate) => !Number.isInteger(candidate) || candidate < 1 || candidate > 65535)) {
    problems.add('network/malformed-port', `'ports' must be whole numbers from 1 to 65535, got ${port}`);
  }
}

function isCidr(text: string): boolean {
  const [, address, prefix] = /^([^/%]+)\/(0|[1-9][0-9]{0,2})$/.exec(text) ?? [];
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address ?? '')]!;
  return Number(prefix) <= bits;
}
