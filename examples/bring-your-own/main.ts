import { Chart, Duration, Size } from 'cdk8s';
import { Cpu, ServiceAccount } from 'cdk8s-plus-28';
import {
  AlertRouting, ImageRef, MeshMode, MetricsBackend, ModelRef, ModelRegistry, ModelServer, ModelServing, ModelSource, Monitoring, MlopsApp,
  NetworkPeer, PlatformProfile, PolicyPack, PredictionExporter, RolloutStrategy, SecretRef, Slo, StackReport,
} from 'cdk8s-mlops';

const app = new MlopsApp();

// everything around the model exists: namespace, service account, secrets, Prometheus, MLflow
const chart = new Chart(app, 'churn', { namespace: 'customer-models', labels: { 'cost-center': '4711' } });

const platform = PlatformProfile.of({
  metrics: MetricsBackend.prometheus({ url: 'http://prometheus.observability.svc:9090', namespace: 'observability', scraperLabels: { app: 'prometheus' } }),
  mesh: MeshMode.none(),
});
const slo = Slo.of({ latency: { percentile: 95, below: Duration.millis(250) }, errorRatioBelow: 0.01 });

const serving = new ModelServing(chart, 'Serving', {
  model: ModelRef.champion('churn'),
  image: ImageRef.fromDigest('registry.example.com/churn/mlserver', 'sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae'),
  server: ModelServer.mlserver(),
  source: ModelSource.loadedFrom(ModelRegistry.fromMlflowUrl('https://mlflow.example.com'), {
    loader: ImageRef.fromDigest('registry.example.com/model-loader', 'sha256:fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9'),
    sizeLimit: Size.mebibytes(512),
    egress: [NetworkPeer.cidr('10.40.0.0/16', 443)],
  }),
  predictionExporter: PredictionExporter.of({
    image: ImageRef.fromDigest('registry.example.com/prediction-exporter', 'sha256:baa5a0964d3320fbc0c6a922140453c8513ea24ab8fd0577034804a967248096'),
    resources: { cpu: { request: Cpu.millis(50) }, memory: { request: Size.mebibytes(64), limit: Size.mebibytes(64) } },
  }),
  resources: { cpu: { request: Cpu.units(1) }, memory: { request: Size.gibibytes(2), limit: Size.gibibytes(2) } },
  warmup: Duration.seconds(20),
  slo,
  owner: { team: 'customer-ml', runbookUrl: 'https://runbooks.example.com/churn', contact: '#customer-ml' },
  platform,
  strategy: RolloutStrategy.rollingUpdate({ maxSurgePercent: 50 }),
  serviceAccount: ServiceAccount.fromServiceAccountName(chart, 'Account', 'customer-models'),
  secrets: { FEATURE_STORE_TOKEN: SecretRef.existing('feature-store', 'token') },
  labels: { 'billing.example.com/product': 'crm' },
});

new Monitoring(chart, 'Monitoring', {
  serving,
  slo,
  platform,
  routing: [AlertRouting.slack({ channel: '#customer-ml', webhook: SecretRef.existing('alerting', 'slack-webhook') })],
});

PolicyPack.supplyChain().applyTo(chart);
PolicyPack.hardening().applyTo(chart);

new StackReport(chart, 'Report', { description: 'Predicts which customers leave, for the weekly campaign.' });

app.synth();
