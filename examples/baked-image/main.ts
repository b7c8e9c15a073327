import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import {
  Gpu, ImageRef, MetricsBackend, MinimumViableStack, MlopsApp, ModelRef, ModelReleases, ModelServer, ModelSource, NetworkPeer, PlatformProfile, Slo,
} from 'cdk8s-mlops';

const app = new MlopsApp();
const model = ModelRef.champion('ranker');

// model, runtime and dependencies in one immutable image: its digest is the version
new MinimumViableStack(app, 'ranker', {
  namespace: 'search',
  description: 'Ranks search results on a GPU. Everything that it needs is in one image.',
  model,
  image: ImageRef.ofRelease('registry.example.com/ranker/server', ModelReleases.read(model)),
  source: ModelSource.bakedIn(),
  server: ModelServer.bentoml(),
  resources: {
    cpu: { request: Cpu.units(4) },
    memory: { request: Size.gibibytes(16), limit: Size.gibibytes(16) },
  },
  gpu: Gpu.nvidia(1, { nodeLabels: { 'node.kubernetes.io/instance-type': 'g5.xlarge' } }),
  warmup: Duration.seconds(60),
  pullBudget: Duration.seconds(90),
  slo: Slo.of({ latency: { percentile: 95, below: Duration.millis(250) }, errorRatioBelow: 0.005 }),
  owner: { team: 'search-ml', runbookUrl: 'https://runbooks.example.com/ranker', contact: '#search-ml' },
  callers: [NetworkPeer.pods({ namespace: 'search-api', labels: { app: 'search-api' } })],
  platform: PlatformProfile.of({ metrics: MetricsBackend.kubePrometheus({ release: 'monitoring' }) }),
});

app.synth();
