import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import {
  GitOps, ImageRef, MeshMode, MetricsBackend, MetricType, MetricUnit, MinimumViableStack, MlopsApp, ModelRef, ModelRegistry, ModelReleases,
  ModelServer, ModelServing, Monitoring, NetworkPeer, PlatformProfile, PredictionExporter, PredictionLog, RolloutStrategy, RuntimeImage,
  ServingMetrics, Slo, TrafficRouter,
} from 'cdk8s-mlops';

const app = new MlopsApp();
const slo = Slo.of({ latency: { percentile: 95, below: Duration.millis(100) }, errorRatioBelow: 0.01 });
const platform = PlatformProfile.of({
  metrics: MetricsBackend.kubePrometheus({ release: 'monitoring' }), mesh: MeshMode.istioSidecar({ cni: true }), gitOps: GitOps.argoCd(),
});

const runtime = RuntimeImage.of({
  repository: 'registry.example.com/mlops/runtime',
  smallDigest: 'sha256:1f0c2b6f6d1f4e5f2f4f0a8c1f6f6f7a3b5d9e8c7b6a59483726150493827160',
  fullDigest: 'sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
});
const logs = { live: 's3://example-models/predictions-log/fraud-detection', shadow: 's3://example-models/predictions-log/fraud-detection-shadow' };
const { environment: env } = ModelRegistry.fromS3Uri('s3://example-models', { region: 'eu-central-1' });
// an endpoint of the bucket in the network of the cluster: a shadow that could reach any address could do again what a request did
const bucketAt = NetworkPeer.cidr('10.20.0.0/24', 443);

// both log what they answer, under the id that a request and its copy have in common
const logTo = (folder: string) => PredictionLog.of({ runtime, folder, columns: ['prediction', 'latency_seconds'], bucketAt, env });

// what both versions have in common
const model = {
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
  predictionExporter: PredictionExporter.of({
    image: ImageRef.fromDigest('registry.example.com/prediction-exporter', 'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'),
    resources: { cpu: { request: Cpu.millis(50) }, memory: { request: Size.mebibytes(128), limit: Size.mebibytes(128) } },
  }),
  resources: { cpu: { request: Cpu.units(2), limit: Cpu.units(4) }, memory: { request: Size.gibibytes(4), limit: Size.gibibytes(4) } },
  warmup: Duration.seconds(45),
  slo,
  owner: { team: 'risk-ml', runbookUrl: 'https://runbooks.example.com/fraud-detection', contact: '#risk-ml' },
  platform,
  callers: [NetworkPeer.namespace('checkout')],
};

const fraud = new MinimumViableStack(app, 'fraud', {
  ...model,
  description: 'Scores card payments for fraud; the next version sees a fifth of the payments first, and nobody hears what it says.',
  namespace: 'fraud-shadow',
  model: ModelRef.champion('fraud-detection'),
  image: ImageRef.fromDigest('registry.example.com/fraud/server', 'sha256:3d5f8a1c0b9e7d6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f'),
  replicas: 3,
  customerFacing: true,
  sidecars: [logTo(logs.live)],
  identity: { serviceAccountName: 'fraud-detection', serviceAccountAnnotations: {} },
  strategy: RolloutStrategy.canary({ router: TrafficRouter.istio() }),
});

// a serving like any other, but for its strategy
const challenger = ModelRef.challenger('fraud-detection');
const shadow = new ModelServing(fraud, 'Shadow', {
  ...model,
  model: challenger,
  release: ModelReleases.read(challenger),
  image: ImageRef.fromDigest('registry.example.com/fraud/server', 'sha256:7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b'),
  serviceName: 'fraud-detection-shadow',
  sidecars: [logTo(logs.shadow)],
  identity: { serviceAccountName: 'fraud-detection-shadow', serviceAccountAnnotations: {} },
  strategy: RolloutStrategy.shadow({
    live: fraud.serving,
    route: fraud.serving.route,
    percent: 20,
    // the paths that change something are not copied
    paths: ['/v1/score'],
    until: '2030-01-31',
    agreement: {
      image: runtime,
      liveLog: logs.live,
      shadowLog: logs.shadow,
      bucketAt,
      env,
      // EKS Pod Identity: a role that reads both folders and writes reports
      identity: { serviceAccountName: 'fraud-shadow-agreement', serviceAccountAnnotations: {} },
      atLeast: 0.98,
      // of scores between 0 and 1
      tolerance: 0.02,
      reports: 's3://example-models/reports/shadow/fraud-detection',
      pushgatewayUrl: 'http://pushgateway.monitoring.svc:9091',
      pushgatewayAt: NetworkPeer.pods({ namespace: 'monitoring', labels: { 'app.kubernetes.io/name': 'prometheus-pushgateway' }, ports: [9091] }),
      resources: { cpu: { request: Cpu.units(1) }, memory: { request: Size.gibibytes(2), limit: Size.gibibytes(2) } },
    },
  }),
});
new Monitoring(fraud, 'ShadowMonitoring', { serving: shadow, slo, platform });

app.synth();
