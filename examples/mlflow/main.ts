import { Chart, Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import {
  AwsStack, ClusterIdentity, ImageRef, MetricsBackend, MinimumViableStack, MlflowArtifacts, MlflowAuth, MlflowDatabase, MlflowServer, MlopsApp,
  ModelRef, ModelServer, ModelSource, NetworkPeer, PlatformProfile, RegistryBucket, RegistryLayout, RuntimeImage, SecretRef, Slo,
  StackReport, WorkloadRole,
} from 'cdk8s-mlops';

const app = new MlopsApp();
const platform = PlatformProfile.of({ metrics: MetricsBackend.kubePrometheus({ release: 'monitoring' }) });
const secret = (key: string) => SecretRef.existing('mlflow', key);

// cloud plane: where artifacts are, and the two roles that reach them; only the second one may delete
const cloud = new AwsStack(app, 'mlflow-cloud', { region: 'eu-central-1', accountId: '111122223333' });
const bucket = new RegistryBucket(cloud, 'Registry', { bucketName: 'example-mlflow-registry' });
const identity = ClusterIdentity.podIdentity('production');
const server = new WorkloadRole(cloud, 'Server', { roleName: 'mlflow', identity, namespace: 'mlflow', serviceAccountName: 'mlflow' });
const collection = new WorkloadRole(cloud, 'Collection', { roleName: 'mlflow-collection', identity, namespace: 'mlflow', serviceAccountName: 'mlflow-collection' });
bucket.grants.mlflow(server);
bucket.grants.collectMlflowGarbage(collection);

// cluster plane: the server of all teams
const chart = new Chart(app, 'mlflow', { namespace: 'mlflow' });
const mlflow = new MlflowServer(chart, 'Mlflow', {
  image: ImageRef.fromDigest('ghcr.io/mlflow/mlflow', 'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'),
  database: MlflowDatabase.postgres(secret('database-uri'), NetworkPeer.cidr('10.20.0.0/24', 5432)),
  artifacts: MlflowArtifacts.s3(`s3://example-mlflow-registry/${RegistryLayout.MLFLOW}`, { region: 'eu-central-1' }),
  auth: MlflowAuth.basic({
    adminUsername: secret('user'),
    adminPassword: secret('password'),
    sessionKey: secret('session-key'),
    // an account that may read all and change what is its own; in the namespace of each team, and in no other place
    clientUsername: SecretRef.existing('mlflow-workloads', 'user'),
    clientPassword: SecretRef.existing('mlflow-workloads', 'password'),
  }),
  identity: server,
  garbageCollection: { identity: collection },
  hosts: ['mlflow.example.com'],
  // people come through the gateway, trainers and loaders of models from the namespaces of their teams
  callers: [NetworkPeer.pods({ namespace: 'istio-ingress', labels: { istio: 'ingress' } }), NetworkPeer.namespace('fraud-mlflow')],
  owner: { team: 'ml-platform', runbookUrl: 'https://runbooks.example.com/mlflow' },
  platform,
});
new StackReport(chart, 'Report', { description: 'Experiments, versions and aliases of all teams.' });

// a team and its model, which its pods load from that server with the account for workloads
const runtime = RuntimeImage.of({
  repository: 'registry.example.com/mlops/runtime',
  smallDigest: 'sha256:3d5f8a1c0b9e7d6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f',
});
new MinimumViableStack(app, 'fraud', {
  description: 'Scores card payments for fraud, with the version that its record in Git names, as MLflow keeps it.',
  namespace: 'fraud-mlflow',
  model: ModelRef.champion('fraud-detection'),
  image: ImageRef.fromDigest('registry.example.com/fraud/server', 'sha256:7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b'),
  server: ModelServer.mlserver(),
  source: ModelSource.loadedFrom(mlflow, {
    loader: runtime.small, loaderCommand: runtime.command('load'), sizeLimit: Size.gibibytes(2), egress: [mlflow.peer],
  }),
  resources: { cpu: { request: Cpu.units(1), limit: Cpu.units(2) }, memory: { request: Size.gibibytes(2), limit: Size.gibibytes(2) } },
  warmup: Duration.seconds(30),
  slo: Slo.of({ latency: { percentile: 95, below: Duration.millis(100) }, errorRatioBelow: 0.01 }),
  owner: { team: 'risk-ml', runbookUrl: 'https://runbooks.example.com/fraud-detection' },
  platform,
});

app.synth();
