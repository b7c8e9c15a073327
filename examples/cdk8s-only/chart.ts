import { Chart, Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { ImageRef, MetricsBackend, ModelRef, ModelServer, ModelServing, Monitoring, PlatformProfile, PolicyPack, RolloutStrategy, Slo } from 'cdk8s-mlops';

/** Constructs of the library in a chart and an app of cdk8s itself: no cloud plane, no folder beside the manifests. */
export class SentimentChart extends Chart {
  public constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'nlp' });
    const platform = PlatformProfile.of({ metrics: MetricsBackend.kubePrometheus({ release: 'monitoring' }) });
    const slo = Slo.of({ latency: { percentile: 95, below: Duration.millis(100) }, errorRatioBelow: 0.01 });

    const serving = new ModelServing(this, 'Serving', {
      model: ModelRef.champion('sentiment'),
      image: ImageRef.fromDigest('registry.example.com/sentiment', 'sha256:18f5384d58bcb1bba0bcd9e6a6781d1a6ac2cc280c330ecbab6cb7931b721552'),
      server: ModelServer.mlserver(),
      resources: { cpu: { request: Cpu.millis(500) }, memory: { request: Size.gibibytes(1), limit: Size.gibibytes(1) } },
      warmup: Duration.seconds(15),
      slo,
      owner: { team: 'nlp', runbookUrl: 'https://runbooks.example.com/sentiment' },
      platform,
      strategy: RolloutStrategy.rollingUpdate(),
    });
    new Monitoring(this, 'Monitoring', { serving, slo, platform });
    PolicyPack.supplyChain().applyTo(this);
  }
}
