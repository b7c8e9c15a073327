import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import {
  AnalysisOptions, CanaryStrategyOptions, GitOps, Guardrail, MetricQuery, MetricsBackend, MinimumViableStack, MlopsApp, PlatformProfile,
  RolloutStrategy, TrafficRouter,
} from '../../../src';
import { runIn } from '../../support/example';
import { aRelease, servingProps } from '../../support/fixtures';
import { temporaryFolder } from '../../support/folders';
import { additionsIn, ApplicationAdditions } from '../harness/argo-cd';

/** The canary of the fixtures, in seconds where a real one takes minutes. */
export const FAST = { stage: 24, interval: 4, window: 16, scrape: 2 };

/** Longest time from the first bad number to the last request: as the issue of every canary says, `interval × (tolerated breaches + 1) + 10 s`. */
export const WITHIN_SECONDS = FAST.interval + 10;

/** What differs from one canary to the other. */
export interface CanaryProps {
  readonly namespace: string;
  /** Address of Prometheus. */
  readonly prometheus: string;
  readonly version: string;
  readonly replicas?: number;
  /** Whether there are guardrails of every kind; those of the objectives otherwise. */
  readonly manyGuardrails?: boolean;
  readonly analysis?: AnalysisOptions;
  readonly strategy?: Partial<CanaryStrategyOptions>;
}

/** An app as it was written. */
export interface Written {
  readonly objects: any[];
  readonly additions: ApplicationAdditions;
}

/** Every kind of guardrail, and so the most that a stage has to ask. */
export function allGuardrails(namespace: string): Guardrail[] {
  const expr = `sum(model_inference_requests_total{namespace="${namespace}",rollouts_pod_template_hash="{{args.canary-hash}}"})`;
  return [
    Guardrail.latencyBelow(95, Duration.millis(100)), Guardrail.errorRatioBelow(0.01), Guardrail.latencyComparedWithStable(99, 1.2),
    Guardrail.errorRatioComparedWithStable(0.005), Guardrail.throughputAbove(1), Guardrail.custom('approved', MetricQuery.promql({ expr, title: 'approved' }), '> 1'),
  ];
}

/** The smallest stack with a canary. */
export function writeCanary({ namespace, prometheus, version, replicas, manyGuardrails, analysis, strategy }: CanaryProps): Written {
  const stage = Duration.seconds(FAST.stage);
  const { artifacts, manifests } = runIn(temporaryFolder(), () => {
    const app = new MlopsApp();
    new MinimumViableStack(app, 'judged', {
      ...servingProps({ release: aRelease({ version }) }),
      namespace,
      replicas,
      resources: { cpu: { request: Cpu.millis(100) }, memory: { request: Size.mebibytes(64), limit: Size.mebibytes(64) } },
      rollbackObjective: Duration.minutes(30),
      platform: PlatformProfile.of({ metrics: MetricsBackend.kubePrometheus({ release: 'monitoring', url: prometheus }), gitOps: GitOps.argoCd() }),
      scrapeInterval: Duration.seconds(FAST.scrape),
      strategy: RolloutStrategy.canary({
        router: TrafficRouter.istio(),
        stages: [5, 25, 50, 100].map((weight) => ({ weight, duration: stage })),
        minReady: Duration.seconds(1),
        ...(manyGuardrails ? { guardrails: allGuardrails(namespace) } : {}),
        ...strategy,
        analysis: {
          interval: Duration.seconds(FAST.interval),
          window: Duration.seconds(FAST.window),
          scrapeInterval: Duration.seconds(FAST.scrape),
          ...analysis,
        },
      }),
    });
    app.synth();
  });
  return { objects: manifests, additions: additionsIn(artifacts) };
}
