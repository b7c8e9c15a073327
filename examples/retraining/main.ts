import { Chart, Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import {
  ArtifactStore, DataSnapshot, DriftCronJob, DriftReference, DriftResponse, EvaluationGate, FeatureSchema, FeatureType, GoldenSet, ImageRef,
  MetricsBackend, MlopsApp, ModelRef, ModelRegistry, NetworkPeer, PlatformProfile, QualityGates, RegistryLayout, ReleaseTarget, RuntimeImage,
  StackReport, TrainingData, TrainingJob, TrainingPipeline, TrainingProgram,
} from 'cdk8s-mlops';

const app = new MlopsApp();
const chart = new Chart(app, 'fraud', { namespace: 'fraud-retraining' });
const model = ModelRef.champion('fraud-detection');
const owner = { team: 'risk-ml', runbookUrl: 'https://runbooks.example.com/fraud-detection', contact: '#risk-ml' };
const platform = PlatformProfile.of({ metrics: MetricsBackend.kubePrometheus({ release: 'monitoring' }) });
const bucket = 's3://acme-models';
const bucketAt = NetworkPeer.cidr('10.20.0.0/24', 443);
const apiServer = NetworkPeer.cidr('10.0.0.1/32', 443, 6443);
const registry = ModelRegistry.fromS3Uri(bucket, { region: 'eu-central-1' });
const runtime = RuntimeImage.of({
  repository: 'registry.example.com/mlops/runtime',
  smallDigest: 'sha256:3d5f8a1c0b9e7d6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f',
  fullDigest: 'sha256:7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b',
});

// one image with all that training needs; whoever runs it, runs this
const image = ImageRef.fromDigest('registry.example.com/fraud/training', 'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08');
const program = TrainingProgram.of({
  model,
  image,
  gitCommit: '6dcb09b5b57875f334f61aebed695e2e4193db5e',
  validateData: ['python', 'scripts/validate_features.py'],
  train: ['python', 'training/train.py', '--config', 'configs/production.yaml'],
  testModel: ['python', '-m', 'pytest', 'tests/model/'],
  parameters: { max_depth: '6', learning_rate: '0.1' },
  featureSchema: FeatureSchema.fromFile('schemas/features_v2.json'),
});
const resources = { cpu: { request: Cpu.units(4), limit: Cpu.units(8) }, memory: { request: Size.gibibytes(16), limit: Size.gibibytes(16) } };
const gate = EvaluationGate.of({
  model,
  goldenSet: GoldenSet.fromS3Uri(
    `${bucket}/${RegistryLayout.reference('fraud-detection')}golden.parquet`, '60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752'),
  qualityGates: QualityGates.fromFile('configs/quality_gates.yaml'),
});

// what made the version that is live, to be made again by anybody
new TrainingJob(chart, 'Training', {
  program,
  data: DataSnapshot.lakeFs('fraud-data', '5d6e7f8a9b0c1d2e3f4a5b6c7d8e9f0a1b2c3d4e'),
  registry,
  runtime,
  resources,
  deadline: Duration.hours(4),
  owner,
  platform,
  egress: [bucketAt],
  identity: { serviceAccountName: 'fraud-repeater', serviceAccountAnnotations: {} },
});

// what makes the next one: on Mondays, and when drift says so
const pipeline = TrainingPipeline.argoWorkflow(chart, 'Pipeline', {
  program,
  data: TrainingData.takenBy({ image, command: ['python', 'scripts/snapshot.py'], resources: { memory: { limit: Size.gibibytes(2) } } }),
  gate,
  evaluator: ['python', '/opt/fraud/evaluate.py'],
  evaluationImage: ImageRef.fromDigest('registry.example.com/fraud/evaluation', 'sha256:1f0c2b6f6d1f4e5f2f4f0a8c1f6f6f7a3b5d9e8c7b6a59483726150493827160'),
  registry,
  runtime,
  artifacts: ArtifactStore.s3(`${bucket}/${RegistryLayout.candidates('fraud-detection')}runs`, {
    region: 'eu-central-1', endpointUrl: 'https://bucket.vpce-0a1b2c3d-4e5f.s3.eu-central-1.vpce.amazonaws.com',
  }),
  resources,
  deadline: Duration.hours(6),
  owner,
  platform,
  schedule: '0 3 * * 1',
  release: ReleaseTarget.rollout('fraud', { namespace: 'fraud-live', within: Duration.hours(4) }),
  egress: [bucketAt],
  apiServer,
  // EKS Pod Identity: roles with the grants register and promote
  trainer: { serviceAccountName: 'fraud-trainer', serviceAccountAnnotations: {} },
  promoter: { serviceAccountName: 'fraud-promoter', serviceAccountAnnotations: {} },
});

new DriftCronJob(chart, 'Drift', {
  modelName: 'fraud-detection',
  owner,
  platform,
  runtime,
  reference: DriftReference.ofChampion(registry),
  predictionsLog: `${bucket}/${RegistryLayout.predictionsLog('fraud-detection')}`,
  features: [{ name: 'amount', type: FeatureType.NUMERICAL }, { name: 'country', type: FeatureType.CATEGORICAL }],
  pushgatewayUrl: 'http://pushgateway.monitoring.svc:9091',
  pushgatewayAt: NetworkPeer.pods({ namespace: 'monitoring', labels: { 'app.kubernetes.io/name': 'prometheus-pushgateway' }, ports: [9091] }),
  bucketAt,
  env: registry.environment,
  identity: { serviceAccountName: 'fraud-drift', serviceAccountAnnotations: {} },
  response: DriftResponse.all(
    DriftResponse.notify(),
    DriftResponse.retrain(pipeline, gate, {
      evidence: 'in March accuracy fell by 4 points, two weeks after PSI of amount passed 0.2',
      enabledSince: '2026-04-01',
      coolDown: Duration.days(2),
      apiServer,
    }),
  ),
});

new StackReport(chart, 'Report', {
  description: 'Trains the fraud model again on Mondays and when payments have drifted; what is better than the champion is tried on users, stage by stage.',
});

app.synth();
