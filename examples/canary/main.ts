import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import {
  ExternalMetrics, Findings, GitOps, Guardrail, ImageRef, MetricQuery, MetricsBackend, MetricType, MetricUnit, MinimumViableStack, MlopsApp, ModelRef,
  ModelServer, NetworkPeer, PlatformProfile, PredictionExporter, RolloutNotification, RolloutStrategy, SecretRef, ServingMetrics, Slo, TrafficRouter,
} from 'cdk8s-mlops';

const app = new MlopsApp();
const owner = { team: 'risk-ml', runbookUrl: 'https://runbooks.example.com/fraud-detection', contact: '#risk-ml' };
const slo = Slo.of({ latency: { percentile: 95, below: Duration.millis(100) }, errorRatioBelow: 0.01 });

// what the shop counts, version by version: its exporter sets the hash that it reads from the header of the answer
const approvals = MetricQuery.promql({
  expr: 'sum(rate(orders_approved_total{rollouts_pod_template_hash="{{args.canary-hash}}"}[5m]))'
    + ' / sum(rate(orders_total{rollouts_pod_template_hash="{{args.canary-hash}}"}[5m]))',
  title: 'approved orders',
  unit: MetricUnit.RATIO,
});
const shop = ExternalMetrics.declare(['orders_total', 'orders_approved_total']
  .map((name) => ({ name, type: MetricType.COUNTER, labels: ['rollouts_pod_template_hash'] })));

const fraud = new MinimumViableStack(app, 'fraud', {
  description: 'Scores card payments for fraud; a new version has to prove itself, stage by stage, before it serves everybody.',
  namespace: 'fraud-canary',
  model: ModelRef.champion('fraud-detection'),
  image: ImageRef.fromDigest('registry.example.com/fraud/server', 'sha256:3d5f8a1c0b9e7d6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f'),
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
  replicas: 3,
  resources: { cpu: { request: Cpu.units(2), limit: Cpu.units(4) }, memory: { request: Size.gibibytes(4), limit: Size.gibibytes(4) } },
  warmup: Duration.seconds(45),
  slo,
  owner,
  customerFacing: true,
  callers: [NetworkPeer.sameNamespace(), NetworkPeer.namespace('istio-ingress')], // the second is where the pods of the gateway are
  platform: PlatformProfile.of({ metrics: MetricsBackend.kubePrometheus({ release: 'monitoring' }), gitOps: GitOps.argoCd() }),
  strategy: RolloutStrategy.canary({
    router: TrafficRouter.istio({ gateways: ['istio-ingress/public'], hosts: ['fraud.example.com'] }),
    guardrails: [
      ...Guardrail.fromSlo(slo),
      Guardrail.latencyComparedWithStable(99, 1.2),
      ...Guardrail.outputWithin({ nullRatioBelow: 0.01, constantRatioBelow: 0.95 }),
      Guardrail.scoreDriftBelow(0.2),
      Guardrail.businessKpi('approvals', approvals, { condition: '>= 0.95', exportedBy: [shop], comparedWithStable: true }),
      Guardrail.jobSucceeds('golden-set', {
        image: ImageRef.fromDigest('registry.example.com/fraud/golden-set', 'sha256:7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b'),
        resources: { cpu: { request: Cpu.millis(500) }, memory: { request: Size.mebibytes(512), limit: Size.mebibytes(512) } },
        secretEnv: { GOLDEN_SET_TOKEN: SecretRef.existing('golden-set', 'token') },
      }),
    ],
    notifications: [RolloutNotification.toOwner(owner)],
  }),
});

// what a rule finds can be accepted where it is known to be right; the report keeps the reason
Findings.of(fraud.serving).acknowledge('hardening/no-network-policy', 'the default policy of the namespace covers the pods of the golden set');

app.synth();
