// What users build: whole stacks, each with its labels, policies, dashboard and report.
import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import {
  DataSnapshot, ImageRef, MetricsBackend, MinimumViableStack, ModelRef, ModelServer, PlatformProfile, Slo,
} from '../../lib/index.js';

export const title = 'minimum viable stacks';
export const counts = [200, 1000];
/** The stock app judges every stack again for every stack: minutes already at 200. */
export const stockUpTo = 0;

export function build(app, count) {
  const platform = PlatformProfile.of({ metrics: MetricsBackend.kubePrometheus({ release: 'monitoring' }) });
  for (let i = 0; i < count; i++) {
    const model = `model-${i}`;
    const hash = i.toString(16).padStart(64, 'a');
    new MinimumViableStack(app, model, {
      namespace: `team-${i % 20}`,
      model: ModelRef.champion(model),
      release: {
        model,
        version: `${i}`,
        artifactSha256: hash,
        gitCommit: hash.slice(24),
        dataSnapshot: DataSnapshot.dvc(`https://git.example.com/${model}.git`, hash.slice(24)),
        trainedBy: 'ci',
        parameters: { depth: `${i % 7}` },
        metrics: { auc: 0.9 },
        gateResult: 'passed',
      },
      image: ImageRef.fromDigest(`registry.example.com/${model}`, `sha256:${hash}`),
      server: ModelServer.mlserver(),
      resources: { cpu: { request: Cpu.millis(500 + i) }, memory: { request: Size.gibibytes(2), limit: Size.gibibytes(2) } },
      warmup: Duration.seconds(20 + i % 30),
      slo: Slo.of({ latency: { percentile: 95, below: Duration.millis(100) }, errorRatioBelow: 0.01 }),
      owner: { team: `team-${i % 20}`, runbookUrl: `https://runbooks.example.com/${model}` },
      platform,
    });
  }
}

export function figures(results) {
  return [{ figure: 'time of 1,000 minimum viable stacks, in times of 200', value: results[1000].mlops.cpu / results[200].mlops.cpu, atMost: 5.5 }];
}
