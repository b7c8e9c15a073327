import { Chart, Cron, Duration, Size } from 'cdk8s';
import { ContainerResources, Cpu } from 'cdk8s-plus-28';
import {
  BatchScoring, DataSnapshot, GitOps, ImageRef, Knative, KnativeScaling, KnativeServing, KnativeTraffic, KserveMode, KserveServing, MeshMode,
  MetricsBackend, MetricType, MetricUnit, MlopsApp, ModelRef, ModelServer, Monitoring, NetworkPeer, PlatformProfile, ServingMetrics, Slo, StackReport,
  TrafficRouter,
} from 'cdk8s-mlops';

const app = new MlopsApp();
const metrics = MetricsBackend.kubePrometheus({ release: 'monitoring' });
const model = ModelRef.champion('fraud-detection');
const slo = Slo.of({ latency: { percentile: 95, below: Duration.millis(100) }, errorRatioBelow: 0.01 });
const owner = { team: 'risk-ml', runbookUrl: 'https://runbooks.example.com/fraud-detection' };
const image = ImageRef.fromDigest('registry.example.com/fraud/server', 'sha256:3d5f8a1c0b9e7d6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f');
// KServe fills in a CPU limit of its own where there is none
const resources: ContainerResources = {
  cpu: { request: Cpu.units(2), limit: Cpu.units(4) }, memory: { request: Size.gibibytes(4), limit: Size.gibibytes(4) },
};

function serverOn(port: number, metricsPort: number): ModelServer {
  return ModelServer.custom({
    port,
    readyPath: '/v1/health/ready',
    livePath: '/v1/health/live',
    metrics: ServingMetrics.custom({
      port: metricsPort,
      latency: { name: 'model_inference_duration_seconds', type: MetricType.HISTOGRAM, unit: MetricUnit.SECONDS, buckets: [0.025, 0.05, 0.1, 0.25, 1] },
      requests: { name: 'model_inference_requests_total', type: MetricType.COUNTER },
      failures: { name: 'model_inference_errors_total', type: MetricType.COUNTER },
    }),
  });
}

// KServe, mode Standard: the next version stands beside the one that serves, behind a route of ours
const standard = new Chart(app, 'fraud', { namespace: 'fraud-kserve' });
const meshed = PlatformProfile.of({ metrics, mesh: MeshMode.istioSidecar({ cni: true }), gitOps: GitOps.argoCd() });
const serving = new KserveServing(standard, 'Serving', {
  model,
  image,
  server: serverOn(8080, 9090),
  resources,
  warmup: Duration.seconds(45),
  slo,
  owner,
  platform: meshed,
  mode: KserveMode.standard({
    replicas: 3,
    stages: {
      router: TrafficRouter.istio(),
      challenger: {
        image: ImageRef.fromDigest('registry.example.com/fraud/server', 'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'),
        release: {
          model: 'fraud-detection',
          version: 'v2.2.0',
          artifactSha256: '8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4',
          gitCommit: '6dcb09b5b57875f334f61aebed695e2e4193db5e',
          dataSnapshot: DataSnapshot.dvc('https://git.example.com/fraud/data.git', '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d'),
          trainedBy: 'ci@fraud',
          parameters: { max_depth: '8' },
          metrics: { accuracy: 0.947 },
          gateResult: 'passed',
          previousVersion: 'v2.1.0',
        },
      },
    },
  }),
});
new Monitoring(standard, 'Monitoring', { serving, slo, platform: meshed });
new StackReport(standard, 'Report');

// Knative: pods follow the requests, the version before is one change of shares away
const knative = new Chart(app, 'fraud-knative', { namespace: 'fraud-knative' });
const withKnative = PlatformProfile.of({ metrics, knative: Knative.serving({ ingress: NetworkPeer.namespace('kourier-system') }) });
const revisions = new KnativeServing(knative, 'Serving', {
  model,
  image,
  server: serverOn(8080, 8080),
  resources,
  warmup: Duration.seconds(45),
  slo,
  owner,
  platform: withKnative,
  scaling: KnativeScaling.concurrency({ perPod: 8, maxReplicas: 10 }),
  traffic: KnativeTraffic.challenge({ championRevision: 'fraud-detection-0a1b2c3d', challengerPercent: 5 }),
});
new Monitoring(knative, 'Monitoring', { serving: revisions, slo, platform: withKnative });
new StackReport(knative, 'Report');

// the same version scores last day's payments every night
const batch = new Chart(app, 'fraud-batch', { namespace: 'fraud-batch' });
new BatchScoring(batch, 'Nightly', {
  model,
  image: ImageRef.fromDigest('registry.example.com/fraud/scorer', 'sha256:7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b'),
  input: 's3://example-warehouse/payments/',
  outputPrefix: 's3://example-warehouse/predictions/',
  schedule: Cron.schedule({ minute: '0', hour: '4' }),
  timeZone: 'Europe/Berlin',
  resources,
  deadline: Duration.hours(2),
  egress: [NetworkPeer.anyHttps('tables and predictions are in S3')],
  owner,
  platform: withKnative,
});
new StackReport(batch, 'Report');

app.synth();
