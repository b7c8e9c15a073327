import { Chart, Testing } from 'cdk8s';
import { Findings, ImageRef, MeshMode, MetricsBackend, ModelServer, ModelServing, ModelServingProps, PlatformProfile, PredictionExporter } from '../../src';
import { collectFacts } from '../../src/private/facts';
import { DIGEST, servingProps } from '../support/fixtures';
import { objectOf } from '../support/manifests';

const metrics = MetricsBackend.kubePrometheus({ release: 'monitoring' });
const sidecar = PlatformProfile.of({ metrics, mesh: MeshMode.istioSidecar({ cni: true }) });
const ambient = PlatformProfile.of({ metrics, mesh: MeshMode.istioAmbient() });
const predictionExporter = PredictionExporter.of({ image: ImageRef.fromDigest('registry.example.com/exporter', DIGEST), resources: {} });
const annotation = 'traffic.sidecar.istio.io/excludeInboundPorts';

function serve(overrides: Partial<ModelServingProps>): { manifests: any[]; chart: Chart; serving: ModelServing } {
  const chart = Testing.chart();
  const serving = new ModelServing(chart, 'Serving', servingProps(overrides));
  Findings.of(serving).acknowledge('serving/metrics-behind-mutual-tls', 'the mesh is permissive');
  return { manifests: Testing.synth(chart), chart, serving };
}

const annotationsOf = (manifests: any[]) => objectOf(manifests, 'Deployment').spec.template.metadata.annotations;

test('a sidecar leaves the ports of metrics alone, and only those', () => {
  const { manifests } = serve({ platform: sidecar, predictionExporter });

  expect(annotationsOf(manifests)[annotation]).toBe('9090,9091');
  expect(manifests.map(({ kind }) => kind)).not.toContain('PeerAuthentication');
});

test('ambient pods accept plain text on the ports of metrics, and only there', () => {
  const { manifests, serving } = serve({ platform: ambient, predictionExporter });

  expect(objectOf(manifests, 'PeerAuthentication')).toMatchObject({
    apiVersion: 'security.istio.io/v1',
    spec: { selector: { matchLabels: serving.podLabels }, portLevelMtls: { 9090: { mode: 'PERMISSIVE' }, 9091: { mode: 'PERMISSIVE' } } },
  });
  expect(annotationsOf(manifests)[annotation]).toBeUndefined();
});

test.each([['a sidecar', sidecar], ['ambient mode', ambient]])('the report says that metrics have no mutual TLS with %s', (_mode, platform) => {
  expect(collectFacts(serve({ platform }).chart).notes).toEqual([
    'fraud-detection lets Prometheus scrape TCP 9090 without mutual TLS, since it is taken to be outside the mesh. The network policy lets nobody else in there.',
  ]);
});

test.each([['a sidecar', sidecar], ['ambient mode', ambient]])('requests keep mutual TLS where metrics share their port with %s', (_mode, platform) => {
  const { manifests, chart, serving } = serve({ platform, server: ModelServer.bentoml() });

  expect(annotationsOf(manifests)[annotation]).toBeUndefined();
  expect(manifests.map(({ kind }) => kind)).not.toContain('PeerAuthentication');
  expect(collectFacts(chart).notes).toEqual([]);
  expect(Findings.of(serving).list().map(({ ruleId }) => ruleId)).toEqual(['serving/metrics-behind-mutual-tls']);
});

test('an exporter is opened even where the metrics of the server are not', () => {
  const { manifests } = serve({ platform: ambient, server: ModelServer.bentoml(), predictionExporter });

  expect(objectOf(manifests, 'PeerAuthentication').spec.portLevelMtls).toEqual({ 9091: { mode: 'PERMISSIVE' } });
});

test('without a mesh, or without a Prometheus, nothing is opened', () => {
  const unwatched = { metrics: MetricsBackend.none('a laptop') };
  const platforms = [
    PlatformProfile.of({ metrics }),
    PlatformProfile.of({ ...unwatched, mesh: MeshMode.istioAmbient() }),
    PlatformProfile.of({ ...unwatched, mesh: MeshMode.istioSidecar({ cni: true }) }),
  ];

  for (const { manifests, chart } of platforms.map((platform) => serve({ platform }))) {
    expect(manifests.map(({ kind }) => kind)).not.toContain('PeerAuthentication');
    expect(annotationsOf(manifests)[annotation]).toBeUndefined();
    expect(collectFacts(chart).notes).toEqual([]);
  }
});
