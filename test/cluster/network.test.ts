import { APPLIED } from './applied';
import { bundleOf, exampleSource, Source } from './harness/bundle';
import { containersOf, judge, matches, Pair, pairsOf, partiesOf, Port, portsOf, readPorts, templatesOf, verdictsOf } from './harness/network';
import { Oracle } from './harness/oracle';
import { ReportedTraffic } from '../../src';

/**
 * Who may talk to whom: what a policy engine that is not ours computes from the manifests is what the graph of the report says, and everything
 * else is refused.
 */
const oracle = Oracle.forTests();

/** Apps without an `MlopsApp` write no report; here it is asked for. */
const REPORTED: { [example: string]: Source } = {
  'example cdk8s-only': { ...exampleSource('cdk8s-only'), main: require.resolve('./reported/cdk8s-only.ts') },
};

interface Network {
  readonly name: string;
  readonly manifests: any[];
  readonly graph: ReportedTraffic[];
}

function networkOf(source: Source): Network {
  const { objects, artifacts } = bundleOf(REPORTED[source.name] ?? source);
  const reports = Object.entries(artifacts).filter(([path]) => path.endsWith('report.json')).map(([, content]) => JSON.parse(content));
  return { name: source.name, manifests: objects.map(({ manifest }) => manifest), graph: reports.flatMap(({ traffic }) => traffic) };
}

/**
 * Where graph and policies differ; nothing where they are the same.
 *
 * @param asked the graph whose parties and ports are tried
 */
async function differences({ manifests, graph }: Network, asked = graph): Promise<string[]> {
  const pairs = pairsOf(partiesOf(manifests, asked));
  const ports = portsOf(manifests, asked);
  const said = verdictsOf(graph, pairs, ports);
  const judged = await judge(oracle, manifests, pairs, ports);
  return pairs.flatMap((pair, i) => ports.flatMap((port, j) => (['ingress', 'egress'] as const)
    .filter((direction) => judged[i][direction][j] !== said[i][direction][j])
    .map((direction) => `${inWords(pair, port)}: ${direction} is ${judged[i][direction][j] ? 'allowed, but not in the graph' : 'in the graph, but refused'}`)));
}

function inWords({ from, to }: Pair, { port, protocol }: Port): string {
  return `${from.name} → ${to.name}, ${protocol} ${port}`;
}

const networks = APPLIED.map(networkOf).filter(({ graph }) => graph.length > 0);

test('every example and every fixture of networks has a graph', () => {
  const names = networks.map(({ name }) => name);

  expect(APPLIED.map(({ name }) => name).filter((name) => (name.startsWith('example ') || /networks|meshes/.test(name)) && !names.includes(name))).toEqual([]);
});

describe.each(networks)('$name', (network) => {
  test('policies allow what is in the graph, and refuse everything else', async () => {
    expect((await differences(network)).slice(0, 20)).toEqual([]);
  });

  test('every connection of the graph is one that somebody can make', () => {
    const pairs = pairsOf(partiesOf(network.manifests, network.graph));
    const ports = portsOf(network.manifests, network.graph);
    const somebodyCan = (edge: ReportedTraffic) => verdictsOf([edge], pairs, ports)
      .some(({ ingress, egress }, index) => (edge.direction === 'ingress' ? pairs[index].to.isOwn && ingress.includes(true) : pairs[index].from.isOwn && egress.includes(true)));

    expect(network.graph.filter((edge) => !somebodyCan(edge))).toEqual([]);
  });

  test('Prometheus reaches every port that a PodMonitor scrapes', () => {
    expect(scraped(network)).toEqual(scraped(network).filter(({ port, labels }) => network.graph.some((edge) =>
      edge.why === 'metrics' && readPorts(edge).some((each) => each.protocol === 'TCP' && each.port === port) && matches(edge.answerer.podLabels ?? {}, labels))));
  });

  test('probes reach every container where policies apply to them', async () => {
    const probed = partiesOf(network.manifests, network.graph).filter(({ isOwn, pod }) => isOwn && pod?.labels['istio.io/dataplane-mode'] === 'ambient');
    const refused = await Promise.all(probed.map(async (to) => {
      const ports = probedPorts(to.pod!.spec).map((port) => ({ port, protocol: 'TCP' }));
      const [{ ingress }] = await judge(oracle, network.manifests, [{ from: KUBELET_OF_AMBIENT, to }], ports);
      return ports.filter((_, index) => !ingress[index]).map((port) => inWords({ from: KUBELET_OF_AMBIENT, to }, port));
    }));

    expect(refused.flat()).toEqual([]);
  });
});

const KUBELET_OF_AMBIENT = { name: 'kubelet', ip: '169.254.7.127', isOwn: false };

function probedPorts({ containers }: any): number[] {
  return containers.flatMap((container: any) => [container.startupProbe, container.readinessProbe, container.livenessProbe]
    .filter((probe) => probe).map((probe) => portNumber([container], (probe.httpGet ?? probe.tcpSocket ?? probe.grpc).port)));
}

function scraped({ manifests }: Network): { port: number; labels: { [key: string]: string } }[] {
  const workloads = manifests.flatMap(templatesOf);
  return manifests.filter(({ kind }) => kind === 'PodMonitor').flatMap(({ metadata, spec }) => workloads
    .filter(({ namespace, template }) => metadata.namespace === namespace && matches(spec.selector.matchLabels, template.metadata.labels))
    .flatMap(({ template: { metadata: { labels }, spec: pod } }) => spec.podMetricsEndpoints
      .map(({ port }: any) => ({ port: portNumber(containersOf(pod), port), labels }))));
}

function portNumber(containers: any[], port: number | string): number {
  return typeof port === 'number' ? port : containers.flatMap(({ ports }) => ports ?? []).find(({ name }: any) => name === port).containerPort;
}

describe('a difference is seen', () => {
  const known = networks.find(({ name }) => name === 'fixture meshes')!;
  const withPolicies = (change: (spec: any) => any): Network => ({
    ...known, manifests: known.manifests.map((manifest) => (manifest.kind === 'NetworkPolicy' ? { ...manifest, spec: change(structuredClone(manifest.spec)) } : manifest)),
  });

  test.each(known.graph.map((edge) => [`${edge.from} → ${edge.to}`, edge]))('when the graph lacks %s', async (_, edge) => {
    const lacking = await differences({ ...known, graph: known.graph.filter((other) => other !== edge) }, known.graph);

    expect(lacking.length).toBeGreaterThan(0);
    expect(lacking.filter((line) => !line.endsWith('allowed, but not in the graph')).slice(0, 20)).toEqual([]);
  });

  test.each<[string, (spec: any) => any, string]>([
    ['a policy lets anybody in', (spec) => ({ ...spec, ingress: [...spec.ingress, { ports: [{ port: 8080, protocol: 'TCP' }] }] }), 'ingress is allowed, but not in the graph'],
    ['a policy lets everything out', (spec) => ({ ...spec, egress: [{}] }), 'egress is allowed, but not in the graph'],
    ['a policy forgets a direction', (spec) => ({ ...spec, policyTypes: ['Ingress'] }), 'egress is allowed, but not in the graph'],
    ['a policy selects other pods', (spec) => ({ ...spec, podSelector: { matchLabels: { app: 'other' } } }), 'ingress is allowed, but not in the graph'],
    ['a policy lets a caller in on another port', (spec) => ({ ...spec, ingress: spec.ingress.map((rule: any) => ({ ...rule, ports: [{ port: 8081, protocol: 'TCP' }] })) }), 'ingress is in the graph, but refused'],
    ['a policy mixes up protocols', (spec) => ({ ...spec, egress: spec.egress.map((rule: any) => ({ ...rule, ports: rule.ports?.map(({ port }: any) => ({ port, protocol: 'UDP' })) })) }), 'egress is in the graph, but refused'],
  ])('when %s', async (_, change, words) => {
    expect((await differences(withPolicies(change))).filter((line) => line.endsWith(words)).length).toBeGreaterThan(0);
  });
});
