import { Duration, Size, Testing } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import {
  AnalysisArgument, AnalysisTemplate, AnalysisTemplateAttributes, Autoscaling, CanaryRollout, CanaryRolloutProps, Guardrail, ImageRef, MetricQuery,
  MetricsBackend, ModelServing, ModelServingProps, PlatformProfile, RolloutStrategy, SecretRef, TrafficRouter,
} from '../../src';
import { ErrorCase } from '../support/error-case';
import { aPlatform, DIGEST, servingProps, someMetrics } from '../support/fixtures';

const props: CanaryRolloutProps = {
  containers: [{ image: 'registry.example.com/fraud/server', portNumber: 8080 }],
  router: TrafficRouter.istio(),
  guardrails: [Guardrail.errorRatioBelow(0.01)],
  metrics: someMetrics(),
  platform: aPlatform(),
  port: 8080,
};
const roll = (overrides: Partial<CanaryRolloutProps>) => () => new CanaryRollout(Testing.chart(), 'Canary', { ...props, ...overrides });
const aJob = (deadline: Duration) => Guardrail.jobSucceeds('golden-set', {
  image: ImageRef.fromDigest('registry.example.com/check', DIGEST),
  resources: { cpu: { request: Cpu.millis(100) }, memory: { limit: Size.mebibytes(128) } },
  deadline,
});
const withTemplate = (attributes: AnalysisTemplateAttributes, args?: { [name: string]: AnalysisArgument }) => () => {
  const chart = Testing.chart();
  const template = AnalysisTemplate.fromAnalysisTemplateAttributes(chart, 'Theirs', attributes);
  new CanaryRollout(chart, 'Canary', { ...props, templates: [{ template, args }] });
};
const scaled = (overrides: Partial<CanaryRolloutProps>) => () => {
  const chart = Testing.chart();
  new CanaryRollout(chart, 'Canary', { ...props, ...overrides }).markHasAutoscaler();
  Testing.synth(chart);
};
const serve = (overrides: Partial<ModelServingProps>) => () => new ModelServing(Testing.chart(), 'Serving', servingProps(overrides));
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
    id: 'rollout/last-stage-unjudged',
    when: 'a last stage in which there is nothing left to compare with',
    provoke: roll({ guardrails: [Guardrail.errorRatioComparedWithStable(0.01)] }),
    message: "[test/Canary] 'error-ratio-compared' compare with the version that serves, which has no requests at 100 %; " +
      'add a guardrail that judges the new version alone, such as Guardrail.errorRatioBelow() (rollout/last-stage-unjudged)',
  },
  {
    id: 'rollout/job-outlasts-stage',
    when: 'a job that may run beyond the end of its stage',
    provoke: roll({ guardrails: [...props.guardrails, aJob(Duration.minutes(30))] }),
    message: "[test/Canary] the job of guardrail 'golden-set' may take 1800s and starts 330s after a stage did, beyond the end of a stage of 1800s; " +
      'give it a shorter deadline, or stages more time (rollout/job-outlasts-stage)',
  },
  {
    id: 'rollout/endless-template-in-stage',
    when: 'a template without an end in a stage',
    provoke: withTemplate({ templateName: 'theirs', runsUntilStopped: true }),
    message: "[test/Canary] template 'theirs' measures until somebody ends it, and a stage would never end; give it a duration (rollout/endless-template-in-stage)",
  },
  {
    id: 'rollout/missing-template-arg',
    when: 'an argument that nobody passes',
    provoke: withTemplate({ templateName: 'theirs', requiredArgs: ['canary-hash', 'team'] }),
    message: "[test/Canary] template 'theirs' asks for the argument 'team', which nobody passes; add it to 'args' beside the template (rollout/missing-template-arg)",
  },
  {
    id: 'rollout/secret-template-in-stages',
    when: 'a template of somebody else that reads secrets in every stage',
    provoke: withTemplate({ templateName: 'theirs', readsSecrets: true }),
    message: "[test/Canary] template 'theirs' reads secrets, and Argo Rollouts takes them for given after the first of 4 stages, so that it refuses the second; " +
      'give its guardrails to the canary, which makes a template for each stage, or make one stage (rollout/secret-template-in-stages)',
  },
  {
    id: 'rollout/unpassable-arg',
    when: 'a secret that a rollout would have to pass',
    provoke: withTemplate({ templateName: 'theirs' }, { token: AnalysisArgument.secret(SecretRef.existing('x', 'y')) }),
    message: "[test/Canary] 'token' for template 'theirs' must be AnalysisArgument.value() or rolloutField(): a rollout passes neither secrets nor nothing; " +
      'declare a secret in the template (rollout/unpassable-arg)',
  },
  {
    id: 'rollout/metric-name-taken',
    when: 'a template with a metric of the same name',
    provoke: withTemplate({ templateName: 'theirs', metricNames: ['error-ratio'] }),
    message: "[test/Canary] template 'theirs' has a metric 'error-ratio', and so has another one of the same stage; Argo Rollouts refuses metrics of one name (rollout/metric-name-taken)",
  },
  {
    id: 'rollout/malformed-rollback-window',
    when: 'a rollback window below zero',
    provoke: roll({ rollbackWindow: -1 }),
    message: "[test/Canary] 'rollbackWindow' must be a whole number of at least 0, got -1 (rollout/malformed-rollback-window)",
  },
  {
    id: 'rollout/rollback-window-beyond-history',
    when: 'a rollback window beyond history',
    provoke: roll({ rollbackWindow: 5, revisionHistoryLimit: 2 }),
    message: "[test/Canary] 'rollbackWindow' (5) must not reach beyond 'revisionHistoryLimit' (2): versions that are forgotten cannot be gone back to (rollout/rollback-window-beyond-history)",
  },
  {
    id: 'rollout/deadline-below-min-ready',
    when: 'a deadline that no version can meet',
    provoke: roll({ minReady: Duration.minutes(10) }),
    message: "[test/Canary] 'progressDeadline' (600s) must be longer than 'minReady' (600s), or no version is ever in time (rollout/deadline-below-min-ready)",
  },
  {
    id: 'rollout/malformed-canary-surge',
    when: 'a canary without room for a pod more',
    provoke: roll({ maxSurgePercent: 0 }),
    message: "[test/Canary] 'maxSurgePercent' must be between 1 and 100, as no pod may be missing during a canary, got 0 (rollout/malformed-canary-surge)",
  },
  {
    id: 'rollout/services-equal',
    when: 'one Service for both versions',
    provoke: roll({ serviceName: 'fraud', canaryServiceName: 'fraud' }),
    message: "[test/Canary] 'serviceName' and 'canaryServiceName' must differ, got 'fraud' twice: each stands for one version (rollout/services-equal)",
  },
  {
    id: 'rollout/malformed-revision-limit',
    when: 'fewer warm versions than none',
    provoke: roll({ scaleDownDelayRevisionLimit: -1 }),
    message: "[test/Canary] 'scaleDownDelayRevisionLimit' must be a whole number of at least 0, got -1 (rollout/malformed-revision-limit)",
  },
  {
    id: 'rollout/abort-delay-without-router',
    when: 'pods of a bad version that would get requests',
    provoke: roll({ router: TrafficRouter.replicas(), replicas: 20, abortScaleDownDelay: Duration.minutes(5) }),
    message: "[test/Canary] 'abortScaleDownDelay' (300s) needs a router: without one, the pods of the version that went back would get requests; " +
      'use TrafficRouter.istio(), or drop it (rollout/abort-delay-without-router)',
  },
  {
    id: 'rollout/canary-service-without-router',
    when: 'a Service of the new version where nobody routes to it',
    provoke: roll({ router: TrafficRouter.replicas(), replicas: 20, canaryServiceName: 'fraud-canary' }),
    message: "[test/Canary] 'canaryServiceName' ('fraud-canary') needs a router that takes a Service for each version: here both stand behind one; " +
      'use TrafficRouter.istio(), or drop it (rollout/canary-service-without-router)',
  },
  {
    id: 'rollout/replicas-and-autoscaler',
    when: 'an autoscaler and a number of pods together',
    provoke: scaled({ replicas: 4 }),
    message: "Validation failed with the following errors:\n  [test/Canary] 'replicas' (4) and an autoscaler would change the number of pods in turns; leave 'replicas' out (rollout/replicas-and-autoscaler)",
  },
  {
    id: 'rollout/weights-follow-autoscaler',
    when: 'weights that an autoscaler would change',
    provoke: scaled({ router: TrafficRouter.replicas(), stages: weights(50, 100), maxSurgePercent: 100 }),
    message: 'Validation failed with the following errors:\n  [test/Canary] weights 50, 100 cannot be kept without a router while an autoscaler changes the number of pods, ' +
      'which is all that shares requests out; use TrafficRouter.istio(), a fixed number of pods, or the one stage 100 (rollout/weights-follow-autoscaler)',
  },
  {
    id: 'rollout/weights-follow-autoscaler',
    when: 'weights of a serving that an autoscaler would change',
    provoke: serve({ strategy: RolloutStrategy.canary({ router: TrafficRouter.replicas() }), autoscaling: Autoscaling.cpu({ maxReplicas: 20 }) }),
    message: '[test/Serving/Rollout] weights 5, 25, 50, 100 cannot be kept without a router while an autoscaler changes the number of pods, ' +
      'which is all that shares requests out; use TrafficRouter.istio(), a fixed number of pods, or the one stage 100 (rollout/weights-follow-autoscaler)',
  },
  {
    id: 'rollout/analysis-longer-than-objective',
    when: 'an analysis that takes longer than a rollback may',
    provoke: serve({
      rollbackObjective: Duration.minutes(5), strategy: RolloutStrategy.canary({ router: TrafficRouter.istio(), analysis: { toleratedBreaches: 2 } }),
    }),
    message: '[test/Serving/Rollout] a version that is bad from the start goes back after 510s (330s until the window holds nothing else, 3 x 60s), ' +
      'above the rollback objective of 300s; measure over a shorter window, more often, or tolerate fewer breaches (rollout/analysis-longer-than-objective)',
  },
  {
    id: 'serving/gateways-and-hosts',
    when: 'a gateway without hosts',
    provoke: () => TrafficRouter.istio({ gateways: ['istio-ingress/public'] }),
    message: "'gateways' and 'hosts' belong together, got gateways [istio-ingress/public] and hosts []; a gateway needs the host that callers use (serving/gateways-and-hosts)",
  },
];
