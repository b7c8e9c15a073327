import { Duration, Testing } from 'cdk8s';
import { CanaryRollout, CanaryRolloutProps, Guardrail, MetricQuery, MetricsBackend, PlatformProfile, TrafficRouter } from '../../src';
import { ErrorCase } from '../support/error-case';
import { aPlatform, someMetrics } from '../support/fixtures';

const props: CanaryRolloutProps = {
  containers: [{ image: 'registry.example.com/fraud/server', portNumber: 8080 }],
  router: TrafficRouter.istio(),
  guardrails: [Guardrail.errorRatioBelow(0.01)],
  metrics: someMetrics(),
  platform: aPlatform(),
  port: 8080,
};
const roll = (overrides: Partial<CanaryRolloutProps>) => () => new CanaryRollout(Testing.chart(), 'Canary', { ...props, ...overrides });
const weights = (...all: number[]) => all.map((weight) => ({ weight }));
const query = MetricQuery.promql({ expr: 'sum(kpi)', title: 'kpi' });

export const cases: ErrorCase[] = [
  {
    id: 'rollout/weights-must-rise',
    when: 'weights that fall',
    provoke: roll({ stages: weights(5, 50, 25, 100) }),
    message: "[test/Canary] 'stages' must have weights that rise from 1 to 100, got 5, 50, 25, 100 (rollout/weights-must-rise)",
  },
  {
    id: 'rollout/weights-must-rise',
    when: 'weights that repeat',
    provoke: roll({ stages: weights(50, 50, 100) }),
    message: "[test/Canary] 'stages' must have weights that rise from 1 to 100, got 50, 50, 100 (rollout/weights-must-rise)",
  },
  {
    id: 'rollout/last-stage-not-all',
    when: 'a canary that never carries the whole load',
    provoke: roll({ stages: weights(5, 50) }),
    message: "[test/Canary] 'stages' must end with 100, got 5, 50; the old version is let go only after the new one was judged under the whole load (rollout/last-stage-not-all)",
  },
  {
    id: 'rollout/weight-not-representable',
    when: 'weights that the number of pods cannot show',
    provoke: roll({ router: TrafficRouter.replicas(), replicas: 4 }),
    message: '[test/Canary] 4 pods cannot show the weights without a router: 5 % would be 20 % (1 of 5 pods); use TrafficRouter.istio(), other stages, or more pods (rollout/weight-not-representable)',
  },
  {
    id: 'rollout/no-guardrails',
    when: 'a canary that nobody judges',
    provoke: roll({ guardrails: [] }),
    message: "[test/Canary] 'guardrails' must hold at least one: a canary that nobody judges cannot go back by itself (rollout/no-guardrails)",
  },
  {
    id: 'rollout/guardrail-name-taken',
    when: 'two guardrails of one name',
    provoke: roll({ guardrails: [Guardrail.errorRatioBelow(0.01), Guardrail.errorRatioBelow(0.02)] }),
    message: "[test/Canary] 'guardrails' must have different names, got 'error-ratio' twice; Argo Rollouts tells metrics apart by name (rollout/guardrail-name-taken)",
  },
  {
    id: 'rollout/selector-not-on-pods',
    when: 'Services that no pod is behind',
    provoke: roll({ serviceSelector: { app: 'fraud', tier: 'gold' }, podMetadata: { labels: { app: 'fraud', tier: 'silver' } } }),
    message: "[test/Canary] 'serviceSelector' selects by 'tier: gold', which the pods do not have; add it to the labels of 'podMetadata' (rollout/selector-not-on-pods)",
  },
  {
    id: 'rollout/standby-without-router',
    when: 'warm pods that would get requests',
    provoke: roll({ router: TrafficRouter.replicas(), replicas: 20, warmStandby: Duration.minutes(20) }),
    message: "[test/Canary] 'warmStandby' (1200s) needs a router: without one, pods that stay would get requests; use TrafficRouter.istio(), or drop it (rollout/standby-without-router)",
  },
  {
    id: 'rollout/stage-too-short',
    when: 'a stage that ends before it can be measured',
    provoke: roll({ stages: [{ weight: 100, duration: Duration.minutes(2) }] }),
    message: '[test/Canary] a stage of 120s ends before it can be measured: window (300s) and scrape interval (30s) have to pass first; ' +
      'make the stage last at least 330s, or the window shorter (rollout/stage-too-short)',
  },
  {
    id: 'rollout/canary-without-metrics',
    when: 'a canary on a platform without metrics',
    provoke: roll({ platform: PlatformProfile.of({ metrics: MetricsBackend.none('a laptop') }) }),
    message: '[test/Canary] a canary is judged by numbers from Prometheus, but the platform profile has none; give it a metrics backend (rollout/canary-without-metrics)',
  },
  {
    id: 'rollout/malformed-guardrail-name',
    when: 'a guardrail whose name no metric may have',
    provoke: () => Guardrail.custom('Business KPI', query, '> 1'),
    message: "'guardrailName' must be at most 42 lower-case letters, digits and '-', starting with a letter, got 'Business KPI' (rollout/malformed-guardrail-name)",
  },
  {
    id: 'rollout/malformed-guardrail-condition',
    when: 'a condition that is no comparison',
    provoke: () => Guardrail.custom('kpi', query, 'result[0] > 1'),
    message: "'condition' of 'kpi' must be a comparison such as '< 0.1', got 'result[0] > 1' (rollout/malformed-guardrail-condition)",
  },
  {
    id: 'rollout/malformed-ratio',
    when: 'a percentage instead of a ratio',
    provoke: () => Guardrail.errorRatioBelow(1),
    message: "'ratio' must be between 0 and 1, got 1 (rollout/malformed-ratio)",
  },
  {
    id: 'rollout/malformed-factor',
    when: 'a factor of zero',
    provoke: () => Guardrail.latencyComparedWithStable(99, 0),
    message: "'atMost' must be above zero, got 0; 1.2 allows a fifth more than the stable version (rollout/malformed-factor)",
  },
  {
    id: 'serving/gateways-and-hosts',
    when: 'a gateway without hosts',
    provoke: () => TrafficRouter.istio({ gateways: ['istio-ingress/public'] }),
    message: "'gateways' and 'hosts' belong together, got gateways [istio-ingress/public] and hosts []; a gateway needs the host that callers use (serving/gateways-and-hosts)",
  },
];
