import { Chart, Testing } from 'cdk8s';
import {
  ClusterDns, Findings, ImageRef, MeshMode, MetricsBackend, ModelServing, ModelServingProps, NetworkPeer, PlatformProfile, PredictionExporter,
} from '../../../src';
import { PodNetwork } from '../../../src/core/pods/pod-network';
import { collectFacts } from '../../../src/private/facts';
import { aPlatform, servingProps } from '../../support/fixtures';
import { objectOf } from '../../support/manifests';

function policyOf(overrides: Partial<ModelServingProps> = {}): any {
  const chart = Testing.chart();
  new ModelServing(chart, 'Serving', servingProps(overrides));
  return objectOf(Testing.synth(chart), 'NetworkPolicy').spec;
}

const predictionExporter = PredictionExporter.of({
  image: ImageRef.fromDigest('registry.example.com/exporter', `sha256:${'e'.repeat(64)}`), resources: {}, port: 9191,
});

const dns = {
  to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } }, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }],
  ports: [{ port: 53, protocol: 'UDP' }, { port: 53, protocol: 'TCP' }],
};

test('everything is refused in both directions but what is named', () => {
  const policy = policyOf();

  expect(policy.policyTypes).toEqual(['Ingress', 'Egress']);
  expect(policy.egress).toEqual([dns]);
  expect(policy.ingress).toEqual([
    {
      from: [{
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } },
        podSelector: { matchLabels: { 'app.kubernetes.io/name': 'prometheus' } },
      }],
      ports: [{ port: 9090, protocol: 'TCP' }],
    },
    { from: [{ podSelector: {} }], ports: [{ port: 8080, protocol: 'TCP' }] },
  ]);
});

test('callers that are named replace the pods of the same namespace', () => {
  const { ingress } = policyOf({ callers: [NetworkPeer.namespace('checkout')] });

  expect(ingress[1].from).toEqual([{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'checkout' } } }]);
});

test('nobody is let in by a policy for ingress without a rule, as the API server keeps it', () => {
  const policy = policyOf({ platform: PlatformProfile.of({ metrics: MetricsBackend.none('a test') }), callers: [] });

  expect(policy.policyTypes).toEqual(['Ingress', 'Egress']);
  expect(policy).not.toHaveProperty('ingress');
});

test('Pod Identity reaches its agent', () => {
  const { egress } = policyOf({ identity: { serviceAccountName: 'fraud', serviceAccountAnnotations: {} } });

  expect(egress[1]).toEqual({ to: [{ ipBlock: { cidr: '169.254.170.23/32' } }, { ipBlock: { cidr: 'fd00:ec2::23/128' } }], ports: [{ port: 80, protocol: 'TCP' }] });
});

describe('an identity that trades its token with the cloud', () => {
  const identity = { serviceAccountName: 'fraud', serviceAccountAnnotations: { 'eks.amazonaws.com/role-arn': 'arn' } };
  const ruleIds = (overrides: Partial<ModelServingProps>) =>
    Findings.of(new ModelServing(Testing.chart(), 'Serving', servingProps({ identity, ...overrides }))).list().map(({ ruleId }) => ruleId);

  test('is told that it cannot', () => {
    expect(ruleIds({})).toEqual(['serving/identity-out-of-reach']);
  });

  test('can, over HTTPS', () => {
    expect(ruleIds({ egress: [NetworkPeer.anyHttps('credentials of the cloud')] })).toEqual([]);
  });

  test('is not asked where the cluster hands out credentials', () => {
    expect(ruleIds({ identity: { serviceAccountName: 'fraud', serviceAccountAnnotations: { 'iam.gke.io/gcp-service-account': 'fraud' } } })).toEqual([]);
  });
});

test('an identity by annotation opens nothing by itself', () => {
  const { egress } = policyOf({ identity: { serviceAccountName: 'fraud', serviceAccountAnnotations: { 'eks.amazonaws.com/role-arn': 'arn' } } });

  expect(egress).toEqual([dns]);
});

test('the report is told who talks to whom, and what is wider than its purpose', () => {
  const chart = Testing.chart();
  new ModelServing(chart, 'Serving', servingProps({ egress: [NetworkPeer.anyHttps('features are read from S3'), NetworkPeer.namespace('cache')] }));
  const facts = collectFacts(chart);

  expect(facts.traffic.map(({ from, to, port, why, direction }) => [from, to, port, why, direction])).toEqual([
    ['Prometheus in monitoring', 'fraud-detection', 'TCP 9090', 'metrics', 'ingress'],
    ['fraud-detection', 'DNS', 'UDP 53, TCP 53', 'names', 'egress'],
    ['pods of the same namespace', 'fraud-detection', 'TCP 8080', 'requests', 'ingress'],
    ['fraud-detection', 'any address', 'TCP 443', 'features are read from S3', 'egress'],
    ['fraud-detection', 'namespace cache', '', 'calls', 'egress'],
  ]);
  expect(facts.notes).toEqual([
    'fraud-detection may reach any address on port 443: features are read from S3. A NetworkPolicy cannot name a host; narrow it by CIDR or with an egress gateway.',
  ]);
});

test('the report is told whom its names stand for', () => {
  const chart = new Chart(Testing.app(), 'fraud', { namespace: 'risk' });
  const egress = [NetworkPeer.cidr('10.20.0.0/16', 5432), NetworkPeer.pods({ namespace: 'shop', labels: { app: 'stock' } })];
  const serving = new ModelServing(chart, 'Serving', servingProps({ egress }));
  const self = { namespace: 'risk', podLabels: serving.podLabels };

  expect(collectFacts(chart).traffic.map(({ caller, answerer }) => [caller, answerer])).toEqual([
    [{ namespace: 'monitoring', podLabels: { 'app.kubernetes.io/name': 'prometheus' } }, self],
    [self, { namespace: 'kube-system', podLabels: { 'k8s-app': 'kube-dns' } }],
    [{ namespace: 'risk', podLabels: {} }, self],
    [self, { cidrs: ['10.20.0.0/16'] }],
    [self, { namespace: 'shop', podLabels: { app: 'stock' } }],
  ]);
});

test('an egress peer without ports may be called on any', () => {
  const { egress } = policyOf({ egress: [NetworkPeer.namespace('cache')] });

  expect(egress[1]).toEqual({ to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'cache' } } }] });
});

test('the API server is whoever has its ports, as no manifest knows its address', () => {
  const chart = new Chart(Testing.app(), 'fraud', { namespace: 'risk' });
  const network = new PodNetwork(chart, 'NetworkPolicy', { name: 'drill', podLabels: { app: 'drill' }, platform: aPlatform() });
  network.allowApiServer('the rollout that is drilled');

  expect(objectOf(Testing.synth(chart), 'NetworkPolicy').spec.egress[1]).toEqual({ ports: [{ port: 443, protocol: 'TCP' }, { port: 6443, protocol: 'TCP' }] });
  expect(collectFacts(chart).traffic[1]).toMatchObject({ to: 'API server', port: 'TCP 443, TCP 6443', answerer: { cidrs: ['0.0.0.0/0', '::/0'] } });
});

describe('names are asked of the DNS of the platform', () => {
  const egressWith = (clusterDns: ClusterDns) => policyOf({
    platform: PlatformProfile.of({ metrics: MetricsBackend.kubePrometheus({ release: 'monitoring' }), dns: clusterDns }),
  }).egress;

  test('a cache on the node besides CoreDNS', () => {
    const ports = [{ port: 53, protocol: 'UDP' }, { port: 53, protocol: 'TCP' }];

    expect(egressWith(ClusterDns.nodeLocal())).toEqual([dns, { to: [{ ipBlock: { cidr: '169.254.20.10/32' } }], ports }]);
    expect(egressWith(ClusterDns.nodeLocal('169.254.25.10'))[1]).toEqual({ to: [{ ipBlock: { cidr: '169.254.25.10/32' } }], ports });
  });

  test('the pods of OpenShift, on the port that they listen on', () => {
    expect(egressWith(ClusterDns.openShift())).toEqual([{
      to: [{
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'openshift-dns' } },
        podSelector: { matchLabels: { 'dns.operator.openshift.io/daemonset-dns': 'default' } },
      }],
      ports: [{ port: 5353, protocol: 'UDP' }, { port: 5353, protocol: 'TCP' }],
    }]);
  });

  test('another one', () => {
    expect(egressWith(ClusterDns.custom({ peers: [NetworkPeer.cidr('169.254.169.254/32', 53)] }))).toEqual([
      { to: [{ ipBlock: { cidr: '169.254.169.254/32' } }], ports: [{ port: 53, protocol: 'UDP' }, { port: 53, protocol: 'TCP' }] },
    ]);
  });
});

describe('in a mesh', () => {
  const platform = (mesh: MeshMode) => PlatformProfile.of({ metrics: MetricsBackend.kubePrometheus({ release: 'monitoring' }), mesh });

  test('pods with a sidecar reach the control plane, and tunnels carry the other ports', () => {
    const { ingress, egress } = policyOf({ platform: platform(MeshMode.istioSidecar({ cni: true })) });

    expect(egress[1]).toEqual({
      to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'istio-system' } }, podSelector: { matchLabels: { app: 'istiod' } } }],
      ports: [{ port: 15012, protocol: 'TCP' }],
    });
    expect(ingress.at(-1).ports).toEqual([{ port: 8080, protocol: 'TCP' }, { port: 15008, protocol: 'TCP' }]);
  });

  test('Prometheus reaches what the sidecar exports', () => {
    const { ingress } = policyOf({ platform: platform(MeshMode.istioSidecar({ cni: true })) });

    expect(ingress[0].ports.map(({ port }: any) => port)).toEqual([9090, 15020, 15090, 15008]);
  });

  test('every port that is probed is open to the address of the mesh that probes come from', () => {
    const chart = Testing.chart();
    new ModelServing(chart, 'Serving', servingProps({ platform: platform(MeshMode.istioAmbient()), predictionExporter }));
    const manifests = Testing.synth(chart);
    const { containers, initContainers } = objectOf(manifests, 'Deployment').spec.template.spec;
    const probed = [...containers, ...initContainers]
      .flatMap((container) => [container.startupProbe, container.readinessProbe, container.livenessProbe])
      .filter((probe) => probe !== undefined)
      .map((probe) => probe.httpGet.port);
    const [fromMesh] = objectOf(manifests, 'NetworkPolicy').spec.ingress
      .filter(({ from }: any) => from.some(({ ipBlock }: any) => ipBlock?.cidr === '169.254.7.127/32'));

    expect(probed).toHaveLength(3);
    expect(fromMesh.ports.map(({ port }: any) => port)).toEqual([...new Set(probed)]);
  });

  test('probes of ambient pods come from an address of the mesh', () => {
    const { ingress } = policyOf({ platform: platform(MeshMode.istioAmbient()) });

    expect(ingress).toContainEqual({
      from: [{ ipBlock: { cidr: '169.254.7.127/32' } }, { ipBlock: { cidr: 'fd16:9254:7127:1337:ffff:ffff:ffff:ffff/128' } }],
      ports: [{ port: 8080, protocol: 'TCP' }],
    });
  });

  test('pods join by their labels', () => {
    const chart = Testing.chart();
    new ModelServing(chart, 'Serving', servingProps({ platform: platform(MeshMode.istioSidecar({ cni: true, revision: 'stable' })) }));
    const { metadata } = objectOf(Testing.synth(chart), 'Deployment').spec.template;

    expect(metadata.labels).toMatchObject({ 'sidecar.istio.io/inject': 'true', 'istio.io/rev': 'stable' });
    expect(metadata.annotations).toMatchObject({ 'sidecar.istio.io/nativeSidecar': 'true' });
  });
});
