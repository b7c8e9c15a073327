import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import {
  FeatureSchema, FeatureType, FullStack, GatewayTls, GitOps, GoldenSet, Guardrail, ImageRef, Ingress, MeshMode, MetricsBackend, MlopsApp, ModelRef,
  ModelServer, NetworkPeer, PlatformProfile, PredictionExporter, QualityGates, ReleaseBranch, RuntimeImage, SecretRef, Slo, StackPromotion,
  TrainingData,
} from 'cdk8s-mlops';

const app = new MlopsApp();
const training = ImageRef.fromDigest('registry.example.com/fraud/training', 'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08');
const slo = Slo.of({ latency: { percentile: 95, below: Duration.millis(100) }, errorRatioBelow: 0.01 });
const reference = 's3://acme-models/reference/fraud-detection';

new FullStack(app, 'fraud', {
  description: 'Scores card payments for fraud. When payments change, it is trained again, judged, tried on users stage by stage, and promoted or rejected.',
  namespace: 'fraud-full-stack',
  model: ModelRef.champion('fraud-detection'),
  image: ImageRef.fromDigest('registry.example.com/fraud/server', 'sha256:3d5f8a1c0b9e7d6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f'),
  server: ModelServer.mlserver(),
  predictionExporter: PredictionExporter.of({
    image: ImageRef.fromDigest('registry.example.com/prediction-exporter', 'sha256:1f0c2b6f6d1f4e5f2f4f0a8c1f6f6f7a3b5d9e8c7b6a59483726150493827160'),
    resources: { cpu: { request: Cpu.millis(50) }, memory: { request: Size.mebibytes(128), limit: Size.mebibytes(128) } },
  }),
  canary: { guardrails: [...Guardrail.fromSlo(slo), ...Guardrail.outputWithin({ nullRatioBelow: 0.01, constantRatioBelow: 0.95 })] },
  replicas: 3,
  resources: { cpu: { request: Cpu.units(2), limit: Cpu.units(4) }, memory: { request: Size.gibibytes(4), limit: Size.gibibytes(4) } },
  warmup: Duration.seconds(45),
  slo,
  owner: { team: 'risk-ml', runbookUrl: 'https://runbooks.example.com/fraud-detection', contact: '#risk-ml' },
  customerFacing: true,
  platform: PlatformProfile.of({ metrics: MetricsBackend.kubePrometheus({ release: 'monitoring' }), mesh: MeshMode.istioSidecar({ cni: true }), gitOps: GitOps.argoCd() }),
  needs: { requestsPerSecond: 40, drift: 'in March customers began to pay by instalments, and accuracy fell for two weeks before anybody saw it' },
  gateway: { hosts: ['fraud.example.com'], tls: GatewayTls.certManager({ issuer: 'letsencrypt' }), ingress: Ingress.istio({ namespace: 'istio-public' }) },
  // EKS Pod Identity: roles with the grants read and logPredictions here, register, promote and detectDrift below
  identity: { serviceAccountName: 'fraud-server', serviceAccountAnnotations: {} },
  storage: { uri: 's3://acme-models', region: 'eu-central-1', endpointUrl: 'https://bucket.vpce-0a1b-2c3d.s3.eu-central-1.vpce.amazonaws.com', reachedAt: NetworkPeer.cidr('10.20.0.0/24', 443) },
  apiServer: NetworkPeer.cidr('10.0.0.1/32', 443, 6443),
  promotion: StackPromotion.byCommit(ReleaseBranch.https('https://git.example.com/risk/deployments.git', {
    username: SecretRef.existing('git', 'username'), password: SecretRef.existing('git', 'password'), server: NetworkPeer.cidr('10.30.0.7/32', 443),
  })),
  runtime: RuntimeImage.of({
    repository: 'registry.example.com/mlops/runtime',
    smallDigest: 'sha256:3d5f8a1c0b9e7d6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f',
    fullDigest: 'sha256:7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b',
  }),
  training: {
    program: {
      image: training,
      gitCommit: '6dcb09b5b57875f334f61aebed695e2e4193db5e',
      validateData: ['python', 'scripts/validate_features.py'],
      train: ['python', 'training/train.py', '--config', 'configs/production.yaml'],
      testModel: ['python', '-m', 'pytest', 'tests/model/'],
      parameters: { max_depth: '6', learning_rate: '0.1' },
      featureSchema: FeatureSchema.fromFile('schemas/features_v2.json'),
    },
    data: TrainingData.takenBy({
      image: training,
      command: ['python', 'scripts/snapshot.py'],
      resources: { cpu: { request: Cpu.millis(500) }, memory: { request: Size.gibibytes(2), limit: Size.gibibytes(2) } },
    }),
    evaluator: ['python', '/opt/fraud/evaluate.py'],
    resources: { cpu: { request: Cpu.units(4), limit: Cpu.units(8) }, memory: { request: Size.gibibytes(16), limit: Size.gibibytes(16) } },
    deadline: Duration.hours(6),
    trainer: { serviceAccountName: 'fraud-trainer', serviceAccountAnnotations: {} },
    promoter: { serviceAccountName: 'fraud-promoter', serviceAccountAnnotations: {} },
  },
  gate: {
    goldenSet: GoldenSet.fromS3Uri(`${reference}/golden.parquet`, '60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752'),
    qualityGates: QualityGates.fromFile('configs/quality_gates.yaml'),
  },
  drift: {
    features: [{ name: 'amount', type: FeatureType.NUMERICAL }, { name: 'hour', type: FeatureType.NUMERICAL }, { name: 'country', type: FeatureType.CATEGORICAL }],
    pushgatewayUrl: 'http://pushgateway.monitoring.svc:9091',
    pushgatewayAt: NetworkPeer.pods({ namespace: 'monitoring', labels: { 'app.kubernetes.io/name': 'prometheus-pushgateway' }, ports: [9091] }),
    identity: { serviceAccountName: 'fraud-drift', serviceAccountAnnotations: {} },
    retraining: { evidence: 'in March accuracy fell by 4 points, two weeks after PSI of amount passed 0.2', enabledSince: '2026-04-01' },
  },
});

app.synth();
