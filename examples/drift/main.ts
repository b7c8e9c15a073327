import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import {
  DriftCronJob, DriftMethod, DriftReference, DriftResponse, DriftSegment, DriftThreshold, FeatureType, ImageRef, MetricsBackend,
  MinimumViableStack, MlopsApp, ModelRef, ModelRegistry, ModelServer, NetworkPeer, PlatformProfile, PredictionLog, RegistryLayout, RuntimeImage,
  SecretRef, Slo,
} from 'cdk8s-mlops';

const app = new MlopsApp();
const owner = { team: 'risk-ml', runbookUrl: 'https://runbooks.example.com/fraud-detection', contact: '#risk-ml' };
const platform = PlatformProfile.of({ metrics: MetricsBackend.kubePrometheus({ release: 'monitoring' }) });
const bucket = 's3://acme-models';
const registry = ModelRegistry.fromS3Uri(bucket, { region: 'eu-central-1' });
const model = 'fraud-detection';
const log = `${bucket}/${RegistryLayout.predictionsLog(model)}`;
const bucketAt = NetworkPeer.cidr('10.20.0.0/24', 443);
const runtime = RuntimeImage.of({
  repository: 'registry.example.com/mlops/runtime',
  smallDigest: 'sha256:3d5f8a1c0b9e7d6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f',
  fullDigest: 'sha256:7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b',
});

const fraud = new MinimumViableStack(app, 'fraud', {
  description: 'Scores card payments for fraud, and finds out when payments are no longer those that it was trained on.',
  namespace: 'fraud-drift',
  model: ModelRef.champion(model),
  image: ImageRef.fromDigest('registry.example.com/fraud/server', 'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'),
  server: ModelServer.bentoml(),
  resources: { cpu: { request: Cpu.units(2), limit: Cpu.units(4) }, memory: { request: Size.gibibytes(4), limit: Size.gibibytes(4) } },
  warmup: Duration.seconds(45),
  slo: Slo.of({ latency: { percentile: 95, below: Duration.millis(100) }, errorRatioBelow: 0.01 }),
  owner,
  platform,
  // the server posts each prediction to PREDICTION_LOG_URL; an e-mail address that somebody adds to it tomorrow stays in the pod
  sidecars: [PredictionLog.of({
    runtime,
    folder: log,
    columns: ['amount', 'hour', 'country', 'merchant_group', 'score'],
    hashedColumns: ['card'],
    hashKey: SecretRef.existing('prediction-log', 'hash-key'),
    bucketAt,
    env: registry.environment,
  })],
  // EKS Pod Identity: roles with the grants logPredictions and detectDrift
  identity: { serviceAccountName: 'fraud-server', serviceAccountAnnotations: {} },
});

const drift = new DriftCronJob(fraud, 'Drift', {
  modelName: model,
  owner,
  platform,
  runtime,
  reference: DriftReference.ofChampion(registry),
  predictionsLog: log,
  features: [
    { name: 'amount', type: FeatureType.NUMERICAL },
    { name: 'hour', type: FeatureType.NUMERICAL, method: DriftMethod.wasserstein(DriftThreshold.distance(0.2)) },
    { name: 'country', type: FeatureType.CATEGORICAL, method: DriftMethod.jensenShannon() },
    { name: 'merchant_group', type: FeatureType.CATEGORICAL },
  ],
  answers: { column: { name: 'score', type: FeatureType.NUMERICAL } },
  reports: `${bucket}/${RegistryLayout.reports(model)}`,
  pushgatewayUrl: 'http://pushgateway.monitoring.svc:9091',
  pushgatewayAt: NetworkPeer.pods({ namespace: 'monitoring', labels: { 'app.kubernetes.io/name': 'prometheus-pushgateway' }, ports: [9091] }),
  bucketAt,
  env: registry.environment,
  identity: { serviceAccountName: 'fraud-drift', serviceAccountAnnotations: {} },
  response: DriftResponse.notify(),
});
fraud.monitoring.add(new DriftSegment({ detector: drift }));

app.synth();
