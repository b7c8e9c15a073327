import { bordersOf, isIn } from './addresses';
import { Oracle } from './oracle';
import { ReportedParty, ReportedTraffic } from '../../../src';

/** What policies see of a pod. */
export interface Pod {
  readonly namespace: string;
  readonly labels: { [key: string]: string };
  readonly spec: any;
}

/** A pod or an address that calls and answers. */
export interface Party {
  readonly name: string;
  readonly ip: string;
  /** Absent for addresses. */
  readonly pod?: Pod;
  /** Whether the manifests make it; nothing of ours decides about the others. */
  readonly isOwn: boolean;
}

/** Such as TCP 8080. */
export interface Port {
  readonly port: number;
  readonly protocol: string;
}

/** Two who may try to talk. */
export interface Pair {
  readonly from: Party;
  readonly to: Party;
}

/** For each port, whether the policies of the one who answers let it in, and those of the one who calls let it out. */
export interface PairVerdict {
  readonly ingress: boolean[];
  readonly egress: boolean[];
}

/** Where manifests without a namespace are applied to. */
const DEFAULT_NAMESPACE = 'default';

const pod = (namespace: string, labels: { [key: string]: string }): Pod => ({ namespace, labels, spec: { containers: [] } });

/** Who is in a cluster beside the stack and must not be mixed up with anybody in its graph. */
const STRANGERS: { name: string; pod: Pod }[] = [
  { name: 'a pod of another namespace', pod: pod('elsewhere', { app: 'stranger' }) },
  { name: 'Prometheus', pod: pod('monitoring', { 'app.kubernetes.io/name': 'prometheus' }) },
  { name: 'Grafana', pod: pod('monitoring', { 'app.kubernetes.io/name': 'grafana' }) },
  { name: 'istiod', pod: pod('istio-system', { app: 'istiod' }) },
  { name: 'a gateway', pod: pod('istio-system', { app: 'istio-ingressgateway' }) },
  { name: 'DNS', pod: pod('kube-system', { 'k8s-app': 'kube-dns' }) },
  { name: 'a system pod', pod: pod('kube-system', { 'k8s-app': 'metrics-server' }) },
];
const ADDRESSES = ['203.0.113.7', '192.168.0.10', '10.96.0.1', '169.254.169.254', '169.254.170.23', '2001:db8::7'];

/** Ports that nothing of ours declares. */
const OTHER_PORTS = [1, 22, 53, 80, 443, 6443, 8443, 10250, 15001, 15006, 15008, 15012, 15020, 15021, 15090, 65535];
const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];

/** Every pod and address that the graph names, those that differ from them by one thing, and strangers. */
export function partiesOf(manifests: any[], graph: ReportedTraffic[]): Party[] {
  const own = manifests.flatMap(templatesOf).map(({ name, namespace, template }) => (
    { name, pod: { namespace, labels: template.metadata?.labels ?? {}, spec: { containers: containersOf(template.spec) } } }));
  const neighbours = own.flatMap(({ name, pod: { namespace, labels } }) => [
    { name: `a pod beside ${name}`, pod: pod(namespace, { app: 'neighbour' }) },
    { name: `what looks like ${name} elsewhere`, pod: pod('elsewhere', labels) },
  ]);
  const named = graph.flatMap(({ from, to, caller, answerer }) => [{ name: from, party: caller }, { name: to, party: answerer }]);
  // what carries the labels that a workload, a Service or a policy selects is one of our pods for every policy
  const selectors = [
    ...manifests.flatMap(templatesOf), ...manifests.filter(selectsPods).map(selectedBy), ...manifests.filter(isPolicy).map(closedBy),
  ];
  const isOwn = (known: Pod) => selectors.some(({ namespace, selector }) => namespace === known.namespace && matches(selector, known.labels));
  const others = [...named.flatMap(samplesOf), ...neighbours, ...STRANGERS];
  const pods = new Map<string, { name: string; pod: Pod }>();
  for (const party of [...own, ...others]) {
    const key = JSON.stringify([party.pod.namespace, Object.entries(party.pod.labels).sort()]);
    pods.set(key, pods.get(key) ?? party);
  }
  const addresses = new Set([...named.flatMap(({ party }) => party.cidrs ?? []).flatMap(bordersOf), ...ADDRESSES]);
  return [
    // an address range that no rule is expected to name
    ...[...pods.values()].map((party, index) => ({ ...party, isOwn: isOwn(party.pod), ip: `100.64.${Math.floor(index / 256)}.${index % 256}` })),
    ...[...addresses].map((ip) => ({ name: ip, ip, isOwn: false })),
  ];
}

/** Pods that a party of the graph means, and pods that lack one thing. */
function samplesOf({ name, party }: { name: string; party: ReportedParty }): { name: string; pod: Pod }[] {
  const { namespace = DEFAULT_NAMESPACE, podLabels } = party;
  if (!podLabels) {return [];}
  const without = (key: string) => Object.fromEntries(Object.entries(podLabels).filter(([other]) => other !== key));
  return [
    { name, pod: pod(namespace, podLabels) },
    { name: `${name}, with another label besides`, pod: pod(namespace, { ...podLabels, extra: 'yes' }) },
    { name: `${name}, but elsewhere`, pod: pod('elsewhere', podLabels) },
    ...Object.keys(podLabels).flatMap((key) => [
      { name: `${name}, but without ${key}`, pod: pod(namespace, without(key)) },
      { name: `${name}, but another ${key}`, pod: pod(namespace, { ...podLabels, [key]: 'other' }) },
    ]),
  ];
}

/** All containers of a pod; sidecars stand among the init containers. */
export function containersOf({ containers, initContainers = [] }: any): any[] {
  return [...containers, ...initContainers];
}

export interface Template {
  readonly name: string;
  readonly namespace: string;
  readonly selector: { [key: string]: string };
  readonly template: any;
}

/** What makes pods, and the pods that it makes. */
export function templatesOf(manifest: any): Template[] {
  const { template, jobTemplate, predictor } = manifest.spec ?? {};
  if (predictor) {return templateOf(manifest, podOfPredictor(predictor));}
  if (manifest.apiVersion === 'serving.knative.dev/v1') {return templateOf(manifest, podOfRevision(template));}
  return templateOf(manifest, template ?? jobTemplate?.spec.template);
}

/** Knative gives the port of the server a name of its own, whatever it was called. */
function podOfRevision({ metadata, spec }: any): any {
  const containers = spec.containers.map((container: any) => ({ ...container, ports: container.ports?.map((port: any) => ({ ...port, name: 'user-port' })) }));
  return { metadata, spec: { ...spec, containers } };
}

/** KServe makes a Deployment of it, whose pods have the labels of the predictor. */
function podOfPredictor({ labels, annotations, ...spec }: any): any {
  return { metadata: { labels, annotations }, spec };
}

function templateOf(manifest: any, template: any): Template[] {
  if (!template?.spec?.containers) {return [];}
  const { name, namespace = DEFAULT_NAMESPACE } = manifest.metadata;
  return [{ name: `${manifest.kind} ${name}`, namespace, template, selector: manifest.spec.selector?.matchLabels ?? template.metadata?.labels ?? {} }];
}

/** Those that are other names of something, and those of Knative, select nothing. */
function selectsPods({ kind, apiVersion, spec }: any): boolean {
  return kind === 'Service' && apiVersion === 'v1' && spec.selector !== undefined;
}

function selectedBy({ metadata: { namespace = DEFAULT_NAMESPACE }, spec }: any): { namespace: string; selector: { [key: string]: string } } {
  return { namespace, selector: spec.selector };
}

function isPolicy({ kind }: any): boolean {
  return kind === 'NetworkPolicy';
}

function closedBy({ metadata: { namespace = DEFAULT_NAMESPACE }, spec }: any): { namespace: string; selector: { [key: string]: string } } {
  return { namespace, selector: spec.podSelector.matchLabels ?? {} };
}

/** Whether labels have all that a selector asks for. */
export function matches(selector: { [key: string]: string }, labels: { [key: string]: string }): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

/** Every port that somebody declares or the graph names, in every protocol; its neighbours and others. */
export function portsOf(manifests: any[], graph: ReportedTraffic[]): Port[] {
  const declared = manifests.flatMap(templatesOf).flatMap(({ template }) => containersOf(template.spec))
    .flatMap((container: any) => (container.ports ?? []).map(({ containerPort }: any) => containerPort));
  const ofServices = manifests.filter(({ kind, apiVersion }) => kind === 'Service' && apiVersion === 'v1').flatMap(({ spec }) => (spec.ports ?? []).map(({ port }: any) => port));
  const known: number[] = [...declared, ...ofServices, ...graph.flatMap(readPorts).map(({ port }) => port)];
  const others = [...known.flatMap((port) => [port - 1, port + 1]), ...OTHER_PORTS].filter((port) => !known.includes(port));
  return [
    ...[...new Set(known)].flatMap((port) => PROTOCOLS.map((protocol) => ({ port, protocol }))),
    ...[...new Set(others)].map((port) => ({ port, protocol: 'TCP' })),
  ];
}

/** As `report.json` writes them: `UDP 53, TCP 53`; none for any. */
export function readPorts({ port }: { port: string }): Port[] {
  return port === '' ? [] : port.split(', ').map((each) => {
    const [protocol, number] = each.split(' ');
    return { protocol, port: Number(number) };
  });
}

/** Everybody with everybody, pods with others of their kind too. */
export function pairsOf(parties: Party[]): Pair[] {
  return parties.flatMap((from) => parties.filter((to) => (from.pod ?? to.pod) !== undefined).map((to) => ({ from, to })));
}

/** What the graph says of pairs and ports. Nothing of ours decides about parties that are not ours. */
export function verdictsOf(graph: ReportedTraffic[], pairs: Pair[], ports: Port[]): PairVerdict[] {
  const edges = graph.map((edge) => ({
    direction: edge.direction,
    callers: meantBy(edge.caller, pairs.map(({ from }) => from)),
    answerers: meantBy(edge.answerer, pairs.map(({ to }) => to)),
    ports: ports.map((port) => edge.port === '' || readPorts(edge).some((each) => each.port === port.port && each.protocol === port.protocol)),
  }));
  return pairs.map(({ from, to }) => {
    const meant = edges.filter(({ callers, answerers }) => callers.has(from) && answerers.has(to));
    const says = (direction: string) => ports.map((_, index) => meant.some((edge) => edge.direction === direction && edge.ports[index]));
    const yes = ports.map(() => true);
    return { ingress: to.isOwn ? says('ingress') : yes, egress: from.isOwn ? says('egress') : yes };
  });
}

function meantBy({ namespace = DEFAULT_NAMESPACE, podLabels, cidrs = [] }: ReportedParty, parties: Party[]): Set<Party> {
  return new Set([...new Set(parties)].filter(({ ip, pod: known }) => (podLabels === undefined ? cidrs.some((cidr) => isIn(ip, cidr))
    : known?.namespace === namespace && matches(podLabels, known.labels))));
}

/** What the policies among the manifests say of pairs and ports. */
export async function judge(oracle: Oracle, manifests: any[], pairs: Pair[], ports: Port[]): Promise<PairVerdict[]> {
  const policies = manifests.filter(isPolicy)
    .map((policy) => ({ ...policy, metadata: { namespace: DEFAULT_NAMESPACE, ...policy.metadata } }));
  const pods = [...new Set(pairs.flatMap(({ from, to }) => [from, to]))].filter((party) => party.pod).map(toPod);
  const namespaces = [...new Set(pods.map(({ metadata }) => metadata.namespace))]
    .map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { 'kubernetes.io/metadata.name': name } } }));
  const { details } = await oracle.ask('network', [...policies, ...pods, ...namespaces], {
    pairs: pairs.map(({ from, to }) => ({ from: toQuestion(from), to: toQuestion(to) })), ports,
  });
  return details;
}

function toPod({ ip, pod: known }: Party): any {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: nameOf(ip), namespace: known!.namespace, labels: known!.labels }, spec: known!.spec, status: { podIP: ip } };
}

function toQuestion({ ip, pod: known }: Party): { pod: string } | { ip: string } {
  return known ? { pod: `${known.namespace}/${nameOf(ip)}` } : { ip };
}

function nameOf(ip: string): string {
  return `pod-${ip.replace(/\./g, '-')}`;
}
