import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import {
  GitOps, ImageRef, MeshMode, MetricsBackend, MinimumViableStack, MlopsApp, ModelRef, ModelServer, PlatformProfile, RolloutStrategy, Slo,
  TrafficRouter,
} from 'cdk8s-mlops';

const app = new MlopsApp();

// in a project of your own, the move is a change of this one line; here the environment chooses, so that every step can be tried
const strategy = process.env.STRATEGY === 'rolling-update' ? RolloutStrategy.rollingUpdate() : RolloutStrategy.canary({ router: TrafficRouter.istio() });

new MinimumViableStack(app, 'fraud', {
  description: 'Scores card payments. It served from a Deployment first, and moves to a canary while it serves.',
  model: ModelRef.champion('fraud-detection'),
  image: ImageRef.fromDigest('registry.example.com/fraud/server', 'sha256:3d5f8a1c0b9e7d6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f'),
  server: ModelServer.mlserver(),
  replicas: 3,
  resources: {
    cpu: { request: Cpu.units(1) },
    memory: { request: Size.gibibytes(2), limit: Size.gibibytes(2) },
  },
  warmup: Duration.seconds(20),
  slo: Slo.of({ latency: { percentile: 95, below: Duration.millis(100) }, errorRatioBelow: 0.01 }),
  owner: { team: 'risk-ml', runbookUrl: 'https://runbooks.example.com/fraud-detection' },
  platform: PlatformProfile.of({
    metrics: MetricsBackend.kubePrometheus({ release: 'monitoring' }),
    mesh: MeshMode.istioSidecar({ cni: true }),
    gitOps: GitOps.argoCd(),
  }),
  strategy,
});

app.synth();
