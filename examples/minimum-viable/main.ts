import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import {
  AwsStack, ClusterIdentity, Findings, ImageRef, MetricsBackend, MetricType, MetricUnit, MinimumViableStack, MlopsApp, ModelRef, ModelServer,
  ModelSource,
  NetworkPeer, PlatformProfile, PredictionExporter, RegistryBucket, ServingMetrics, Slo, WorkloadRole,
} from 'cdk8s-mlops';

const app = new MlopsApp();

// cloud plane: the registry, and the right to read one model in it
const cloud = new AwsStack(app, 'fraud-cloud', { region: 'eu-central-1', accountId: '111122223333' });
const registry = new RegistryBucket(cloud, 'Registry', { bucketName: 'example-fraud-registry' });
const role = new WorkloadRole(cloud, 'ServingRole', {
  roleName: 'fraud-detection-serving',
  identity: ClusterIdentity.podIdentity('production'),
  namespace: 'fraud',
  serviceAccountName: 'fraud-detection',
});
registry.grants.read(role, 'fraud-detection');

// cluster plane: the service
const fraud = new MinimumViableStack(app, 'fraud', {
  description: 'Scores card payments for fraud, synchronously, in the path of the checkout.',
  namespace: 'fraud',
  model: ModelRef.champion('fraud-detection'),
  image: ImageRef.fromDigest('registry.example.com/model-server', 'sha256:3d5f8a1c0b9e7d6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f'),
  server: ModelServer.custom({
    port: 8080,
    readyPath: '/v1/health/ready',
    livePath: '/v1/health/live',
    metrics: ServingMetrics.custom({
      port: 9090,
      latency: {
        name: 'model_inference_duration_seconds', type: MetricType.HISTOGRAM, unit: MetricUnit.SECONDS, buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
      },
      requests: { name: 'model_inference_requests_total', type: MetricType.COUNTER },
      failures: { name: 'model_inference_errors_total', type: MetricType.COUNTER },
    }),
  }),
  source: ModelSource.loadedFrom(registry, {
    loader: ImageRef.fromDigest('registry.example.com/model-loader', 'sha256:7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b'),
    loaderCommand: ['python', 'load_model.py'],
    sizeLimit: Size.gibibytes(2),
    egress: [NetworkPeer.anyHttps('the loader reads the model from S3')],
  }),
  predictionExporter: PredictionExporter.of({
    image: ImageRef.fromDigest('registry.example.com/prediction-exporter', 'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'),
    resources: { cpu: { request: Cpu.millis(50) }, memory: { request: Size.mebibytes(128), limit: Size.mebibytes(128) } },
  }),
  identity: role,
  replicas: 3,
  resources: {
    cpu: { request: Cpu.units(2), limit: Cpu.units(4) },
    memory: { request: Size.gibibytes(4), limit: Size.gibibytes(6) },
  },
  warmup: Duration.seconds(45),
  env: { MAX_BATCH_SIZE: '32', WORKERS: '4' },
  slo: Slo.of({ latency: { percentile: 95, below: Duration.millis(100) }, errorRatioBelow: 0.01 }),
  owner: { team: 'risk-ml', runbookUrl: 'https://runbooks.example.com/fraud-detection' },
  platform: PlatformProfile.of({ metrics: MetricsBackend.kubePrometheus({ release: 'monitoring' }) }),
});

// what a rule finds can be accepted where it is known to be right; the report keeps the reason
Findings.of(fraud.serving).acknowledge('operations/memory-overcommit', 'the load test needed 4 GiB, and 6 GiB for seconds while a batch is decoded');

app.synth();
