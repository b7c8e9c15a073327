import { ApiObject, App, Chart, Duration, Size, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import {
  AnalysisArgument, CanaryRollout, CanaryRolloutProps, ClusterAnalysisTemplate, Findings, Guardrail,
  ImageRef, MetricQuery, RolloutNotification, RolloutTrigger, SecretRef, TrafficRouter, Unreachable, VersionAntiAffinity,
} from '../../src';
import { aPlatform, DIGEST, someMetrics } from '../support/fixtures';
import { objectOf } from '../support/manifests';

const someResources = { cpu: { request: kplus.Cpu.millis(100) }, memory: { limit: Size.mebibytes(256) } };

const props: CanaryRolloutProps = {
  containers: [{ image: 'registry.example.com/fraud/server', portNumber: 8080, resources: { cpu: { request: kplus.Cpu.units(1), limit: kplus.Cpu.units(1) } } }],
  router: TrafficRouter.istio(),
  guardrails: [Guardrail.errorRatioBelow(0.01)],
  metrics: someMetrics(),
  platform: aPlatform(),
  port: 8080,
  replicas: 20,
};

function synth(overrides: Partial<CanaryRolloutProps> = {}): any[] {
  const chart = Testing.chart();
  new CanaryRollout(chart, 'Canary', { ...props, ...overrides });
  return Testing.synth(chart);
}

const canaryOf = (manifests: any[]): any => objectOf(manifests, 'Rollout').spec.strategy.canary;

describe('stages', () => {
  test('each weight is analysed before the next, all requests included', () => {
    const { steps } = canaryOf(synth());

    expect(steps.map((step: any) => step.setWeight ?? 'analysis')).toEqual([5, 'analysis', 25, 'analysis', 50, 'analysis', 100, 'analysis']);
  });

  test('stages of one length share a template, others have their own', () => {
    const manifests = synth({ stages: [{ weight: 10, duration: Duration.minutes(10) }, { weight: 50 }, { weight: 100 }] });
    const names = manifests.filter(({ kind }) => kind === 'AnalysisTemplate').map(({ metadata }) => metadata.name);
    const used = canaryOf(manifests).steps.filter((step: any) => step.analysis).map((step: any) => step.analysis.templates[0].templateName);

    expect(names).toHaveLength(2);
    expect(used).toEqual([names[0], names[1], names[1]]);
  });

  test('the first one waits until there is something to measure, later ones go on at once', () => {
    const manifests = synth({ stages: [{ weight: 10 }, { weight: 100 }], analysis: { interval: Duration.minutes(1), window: Duration.minutes(2) } });
    const [first, later] = manifests.filter(({ kind }) => kind === 'AnalysisTemplate').map(({ spec }) => spec.metrics[0]);

    expect(first).toMatchObject({ initialDelay: '150s', interval: '60s', count: 28 });
    expect(later).toMatchObject({ interval: '60s', count: 31 });
    expect(later.initialDelay).toBeUndefined();
  });

  test('what is asked once at each stage is asked when the stage shows', () => {
    const job = Guardrail.jobSucceeds('golden-set', { image: ImageRef.fromDigest('registry.example.com/check', DIGEST), resources: someResources });
    const guardrails = [Guardrail.errorRatioBelow(0.01), job];
    const [, later] = synth({ guardrails }).filter(({ kind }) => kind === 'AnalysisTemplate').map(({ spec }) => spec.metrics);

    expect(later.map(({ name, initialDelay }: any) => [name, initialDelay])).toEqual([['error-ratio', undefined], ['golden-set', '330s']]);
  });

  test('the analysis is told which pods are of which version', () => {
    const [, { analysis }] = canaryOf(synth()).steps;

    expect(analysis.args).toEqual([
      { name: 'canary-hash', valueFrom: { podTemplateHashValue: 'Latest' } },
      { name: 'stable-hash', valueFrom: { podTemplateHashValue: 'Stable' } },
      // a chart without a namespace is applied to one that only the rollout knows
      { name: 'namespace', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
    ]);
  });
});

describe('with a router', () => {
  test('the rollout moves the weights of one route between two Services', () => {
    const manifests = synth({ serviceName: 'fraud' });
    const canary = canaryOf(manifests);
    const route = objectOf(manifests, 'VirtualService');

    expect(canary.stableService).toBe('fraud');
    expect(canary.trafficRouting).toEqual({ istio: { virtualService: { name: route.metadata.name, routes: ['primary'] } } });
    expect(route.spec).toEqual({
      hosts: ['fraud'],
      http: [{
        name: 'primary',
        route: [
          { destination: { host: 'fraud', port: { number: 8080 } }, weight: 100 },
          { destination: { host: canary.canaryService, port: { number: 8080 } }, weight: 0 },
        ],
      }],
    });
  });

  test('callers outside come through a gateway', () => {
    const { hosts, gateways } = objectOf(synth({ router: TrafficRouter.istio({ gateways: ['istio-ingress/public'], hosts: ['fraud.example.com'] }) }), 'VirtualService').spec;

    expect(gateways).toEqual(['mesh', 'istio-ingress/public']);
    expect(hosts.at(-1)).toBe('fraud.example.com');
  });

  test('the pods of the version before stay warm after a promotion, those of a bad one after an abort', () => {
    const delays = (overrides: Partial<CanaryRolloutProps>) => {
      const { scaleDownDelaySeconds, scaleDownDelayRevisionLimit, abortScaleDownDelaySeconds } = canaryOf(synth(overrides));
      return [scaleDownDelaySeconds, scaleDownDelayRevisionLimit, abortScaleDownDelaySeconds];
    };

    expect(delays({})).toEqual([600, 1, 600]);
    expect(delays({ warmStandby: Duration.hours(1), scaleDownDelayRevisionLimit: 2 })).toEqual([3600, 2, 600]);
    expect(delays({ abortScaleDownDelay: Duration.seconds(0) })).toEqual([600, 1, 0]);
  });

  test('the Service of the new version can have a name of its own', () => {
    const manifests = synth({ serviceName: 'fraud', canaryServiceName: 'fraud-canary' });

    expect(canaryOf(manifests)).toMatchObject({ stableService: 'fraud', canaryService: 'fraud-canary' });
  });

  test('both Services select by labels that no role changes', () => {
    const manifests = synth();
    const selectors = manifests.filter(({ kind }) => kind === 'Service').map(({ spec }) => spec.selector);
    const { template } = objectOf(manifests, 'Rollout').spec;

    expect(selectors).toHaveLength(2);
    selectors.forEach((selector) => expect(template.metadata.labels).toMatchObject(selector));
  });
});

test('Services can select by labels that other workloads share, which the controller finds in the template', () => {
  const shared = { app: 'fraud' };
  const manifests = synth({ serviceSelector: shared, podMetadata: { labels: shared } });

  expect(manifests.filter(({ kind }) => kind === 'Service').map(({ spec }) => spec.selector)).toEqual([shared, shared]);
  expect(objectOf(manifests, 'Rollout').spec.template.metadata.labels).toMatchObject(shared);
  expect(objectOf(manifests, 'Rollout').spec.selector.matchLabels).not.toMatchObject(shared);
});

test('without a router one Service holds the pods of both versions', () => {
  const manifests = synth({ router: TrafficRouter.replicas() });
  const canary = canaryOf(manifests);

  expect(manifests.filter(({ kind }) => kind === 'Service')).toHaveLength(1);
  expect([canary.trafficRouting, canary.canaryService, canary.scaleDownDelaySeconds]).toEqual([undefined, undefined, undefined]);
  expect([canary.maxSurge, canary.maxUnavailable]).toEqual(['25%', 0]);
});

test('a version that never becomes ready goes back by itself', () => {
  expect(objectOf(synth({ progressDeadline: Duration.minutes(15) }), 'Rollout').spec).toMatchObject({ progressDeadlineSeconds: 900, progressDeadlineAbort: true });
});

test('a version that served a moment ago needs no stages to serve again', () => {
  expect(objectOf(synth(), 'Rollout').spec.rollbackWindow).toEqual({ revisions: 3 });
});

test('how many versions can be gone back to, and how many at once, can be chosen', () => {
  const specOf = (overrides: Partial<CanaryRolloutProps>) => {
    const { rollbackWindow, revisionHistoryLimit } = objectOf(synth(overrides), 'Rollout').spec;
    return { rollbackWindow, revisionHistoryLimit };
  };

  expect(specOf({ rollbackWindow: 5, revisionHistoryLimit: 5 })).toEqual({ rollbackWindow: { revisions: 5 }, revisionHistoryLimit: 5 });
  expect(specOf({ rollbackWindow: 0 })).toEqual({ rollbackWindow: undefined, revisionHistoryLimit: 10 });
});

test('pods of two versions share nodes unless they must not', () => {
  const affinityOf = (antiAffinity?: VersionAntiAffinity) => canaryOf(synth({ antiAffinity })).antiAffinity;

  expect(affinityOf()).toBeUndefined();
  expect(affinityOf(VersionAntiAffinity.PREFERRED)).toEqual({ preferredDuringSchedulingIgnoredDuringExecution: { weight: 100 } });
  expect(affinityOf(VersionAntiAffinity.REQUIRED)).toEqual({ requiredDuringSchedulingIgnoredDuringExecution: {} });
});

describe('a disruption budget', () => {
  test('covers the pods of both versions', () => {
    const manifests = synth();

    expect(objectOf(manifests, 'PodDisruptionBudget').spec).toEqual({
      maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow', selector: objectOf(manifests, 'Rollout').spec.selector,
    });
  });

  test('can be left to somebody else', () => {
    expect(synth({ disruptionBudget: false }).map(({ kind }) => kind)).not.toContain('PodDisruptionBudget');
  });
});

describe('guardrails beside those that every stage judges by', () => {
  const metricsOf = (manifests: any[], template: string) => manifests
    .find(({ kind, metadata }) => kind === 'AnalysisTemplate' && metadata.name.includes(template)).spec;

  test('a comparison ends before the version that it compares with has no requests left', () => {
    const manifests = synth({ guardrails: [Guardrail.errorRatioBelow(0.01), Guardrail.latencyComparedWithStable(99, 1.2)] });
    const templates = canaryOf(manifests).steps.filter((step: any) => step.analysis).map((step: any) => step.analysis.templates[0].templateName);
    const namesOf = (template: string) => metricsOf(manifests, template).metrics.map(({ name }: any) => name);

    expect(templates[1]).toBe(templates[2]);
    expect(namesOf(templates[0])).toEqual(['error-ratio', 'latency-p99-compared']);
    expect(namesOf(templates[1])).toEqual(['error-ratio', 'latency-p99-compared']);
    expect(namesOf(templates[3])).toEqual(['error-ratio']);
  });

  test('some watch from the first stage to the last, without an end of their own', () => {
    const manifests = synth({ backgroundGuardrails: [Guardrail.latencyBelow(99, Duration.millis(250))] });
    const { analysis } = canaryOf(manifests);
    const [metric] = metricsOf(manifests, analysis.templates[0].templateName).metrics;

    expect(analysis).toMatchObject({ startingStep: 1, args: [{ name: 'canary-hash' }, { name: 'stable-hash' }, { name: 'namespace' }] });
    expect([metric.name, metric.interval, metric.count, metric.inconclusiveLimit]).toEqual(['latency-p99', '60s', undefined, 10]);
  });

  test('some are measured only', () => {
    const spec = metricsOf(synth({ dryRun: [Guardrail.throughputAbove(1)] }), 'analysis');

    expect(spec.dryRun).toEqual([{ metricName: '^throughput$' }]);
    expect(spec.metrics.map(({ name }: any) => name)).toEqual(['error-ratio', 'throughput']);
  });

  test('templates of others run in every stage, and are told what they ask for', () => {
    const chart = Testing.chart();
    const template = ClusterAnalysisTemplate.fromClusterAnalysisTemplateAttributes(chart, 'Template', {
      templateName: 'golden-signals', requiredArgs: ['canary-hash', 'namespace', 'team', 'image'],
    });
    new CanaryRollout(chart, 'Canary', {
      ...props,
      templates: [{
        template,
        args: { team: AnalysisArgument.value('risk-ml'), image: AnalysisArgument.rolloutField('spec.template.spec.containers[0].image') },
      }],
    });
    const [, { analysis }] = canaryOf(Testing.synth(chart)).steps;

    expect(analysis.templates[1]).toEqual({ templateName: 'golden-signals', clusterScope: true });
    expect(analysis.args.slice(3)).toEqual([
      { name: 'team', value: 'risk-ml' }, { name: 'image', valueFrom: { fieldRef: { fieldPath: 'spec.template.spec.containers[0].image' } } },
    ]);
  });

  test('a template that reads secrets serves one stage, as Argo Rollouts refuses it in a second one', () => {
    const secretHeaders = { Authorization: SecretRef.existing('prometheus', 'token') };
    const { steps } = canaryOf(synth({ analysis: { secretHeaders } }));
    const names = steps.filter((step: any) => step.analysis).map((step: any) => step.analysis.templates[0].templateName);

    expect(new Set(names).size).toBe(4);
  });

  test('a job is told where the new version alone answers', () => {
    const job = Guardrail.jobSucceeds('golden-set', { image: ImageRef.fromDigest('registry.example.com/check', DIGEST), resources: someResources });
    const { spec } = metricsOf(synth({ guardrails: [Guardrail.errorRatioBelow(0.01), job], canaryServiceName: 'fraud-canary' }), 'analysis').metrics[1].provider.job;

    expect(spec.template.spec.containers[0].env).toContainEqual({ name: 'CANARY_URL', value: 'http://fraud-canary:8080' });
  });
});

test('times that are finer than a second are rounded up, as Argo Rollouts counts seconds', () => {
  const half = (seconds: number) => Duration.millis(1000 * seconds - 500);
  const manifests = synth({
    minReady: half(11),
    warmStandby: half(600),
    stages: [{ weight: 100, duration: half(600) }],
    analysis: { interval: half(1), window: half(60), scrapeInterval: half(30), onUnreachable: Unreachable.abortAfter(half(21)) },
  });
  const { spec } = objectOf(manifests, 'Rollout');
  const [metric] = objectOf(manifests, 'AnalysisTemplate').spec.metrics;

  expect([spec.minReadySeconds, spec.strategy.canary.scaleDownDelaySeconds]).toEqual([11, 600]);
  expect([metric.interval, metric.initialDelay, metric.count, metric.consecutiveErrorLimit]).toEqual(['1s', '90s', 511, 3]);
});

test('it says what its stages are and what judges them', () => {
  const canary = new CanaryRollout(new Chart(new App(), 'fraud', { namespace: 'ml' }), 'Canary', { ...props, metadata: { name: 'fraud' }, stages: [{ weight: 100 }] });

  expect([canary.rolloutName, canary.rolloutNamespace]).toEqual(['fraud', 'ml']);
  expect(canary.stages).toEqual([
    { weight: 100, duration: Duration.minutes(30), firstMeasurement: Duration.seconds(330), guardrailNames: ['error-ratio'] },
  ]);
});

test('people whom Argo Rollouts tells what happens are annotations', () => {
  const { metadata } = objectOf(synth({
    metadata: { annotations: { team: 'risk' } }, notifications: [RolloutNotification.to({ service: 'slack', recipient: 'risk-ml', triggers: [RolloutTrigger.ABORTED] })],
  }), 'Rollout');

  expect(metadata.annotations).toEqual({ 'team': 'risk', 'notifications.argoproj.io/subscribe.on-rollout-aborted.slack': 'risk-ml' });
});

test('a guardrail on a number that nobody exports is found', () => {
  const chart = Testing.chart();
  const canary = new CanaryRollout(chart, 'Canary', { ...props, guardrails: [Guardrail.custom('kpi', MetricQuery.promql({ expr: 'sum(kpi)', title: 'kpi' }), '> 1')] });

  expect(Findings.of(canary).list().map(({ message }) => message)).toEqual(["guardrail 'kpi': 'kpi' asks for the metric 'kpi', which nobody exports"]);
});

test('queries are about the namespace of the chart and one version', () => {
  const chart = new Chart(new App(), 'fraud', { namespace: 'ml' });
  new CanaryRollout(chart, 'Canary', { ...props, stages: [{ weight: 100 }] });
  const [metric] = objectOf(Testing.synth(chart), 'AnalysisTemplate').spec.metrics;

  expect(metric.provider.prometheus.query).toContain('{namespace="ml",rollouts_pod_template_hash="{{args.canary-hash}}"}');
});

test('an autoscaler of cdk8s-plus takes over the number of pods', () => {
  const chart = Testing.chart();
  const canary = new CanaryRollout(chart, 'Canary', { ...props, replicas: undefined });
  new kplus.HorizontalPodAutoscaler(chart, 'Autoscaler', { target: canary, maxReplicas: 40 });
  const manifests = Testing.synth(chart);
  const rollout = objectOf(manifests, 'Rollout');

  expect(rollout.spec.replicas).toBeUndefined();
  expect(objectOf(manifests, 'HorizontalPodAutoscaler').spec.scaleTargetRef).toEqual({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: rollout.metadata.name });
});

describe('pods meet the restricted standard', () => {
  const podOf = (overrides: Partial<CanaryRolloutProps>) => objectOf(synth(overrides), 'Rollout').spec.template.spec;

  test('with what cdk8s-plus leaves out', () => {
    const { securityContext, containers: [{ securityContext: container }] } = podOf({});

    expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(container).toMatchObject({ allowPrivilegeEscalation: false, runAsNonRoot: true, capabilities: { drop: ['ALL'] } });
  });

  test('unless something else is said', () => {
    const { securityContext, containers: [{ securityContext: container }] } = podOf({
      podFields: { securityContext: { seccompProfile: { type: 'Localhost', localhostProfile: 'server.json' } } },
      containerFields: { main: { securityContext: { capabilities: { add: ['NET_BIND_SERVICE'], drop: ['ALL'] } } } },
    });

    expect(securityContext).toEqual({ seccompProfile: { type: 'Localhost', localhostProfile: 'server.json' } });
    expect(container).toEqual({ capabilities: { add: ['NET_BIND_SERVICE'], drop: ['ALL'] } });
  });

  test('containers that start before the others, too', () => {
    const { initContainers } = podOf({ initContainers: [{ name: 'fetch', image: 'registry.example.com/fetch', resources: someResources }] });

    expect(initContainers[0].securityContext.capabilities).toEqual({ drop: ['ALL'] });
  });
});

test('isolated, nobody talks with its pods but who is let in', () => {
  expect(objectOf(synth({ isolate: true }), 'NetworkPolicy').spec).toMatchObject({ policyTypes: ['Egress', 'Ingress'], podSelector: { matchLabels: expect.anything() } });
  expect(synth().map(({ kind }) => kind)).not.toContain('NetworkPolicy');
});

test('the object of the rollout is the default child', () => {
  const chart = Testing.chart();
  const canary = new CanaryRollout(chart, 'Canary', props);

  expect(ApiObject.of(canary).kind).toBe('Rollout');
});
