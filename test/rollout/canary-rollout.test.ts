import { ApiObject, App, Chart, Duration, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Autoscaling, CanaryRollout, CanaryRolloutProps, Guardrail, ModelServing, RolloutStrategy, TrafficRouter } from '../../src';
import { aPlatform, servingProps, someMetrics } from '../support/fixtures';
import { objectOf } from '../support/manifests';

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

  test('the analysis is told which pods are of which version', () => {
    const [, { analysis }] = canaryOf(synth()).steps;

    expect(analysis.args).toEqual([
      { name: 'canary-hash', valueFrom: { podTemplateHashValue: 'Latest' } }, { name: 'stable-hash', valueFrom: { podTemplateHashValue: 'Stable' } },
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

  test('the pods of the version before stay warm after a promotion and after an abort', () => {
    expect(canaryOf(synth())).toMatchObject({ scaleDownDelaySeconds: 600, abortScaleDownDelaySeconds: 600 });
    expect(canaryOf(synth({ warmStandby: Duration.hours(1) }))).toMatchObject({ scaleDownDelaySeconds: 3600, abortScaleDownDelaySeconds: 3600 });
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

test('queries are about the namespace of the chart and one version', () => {
  const chart = new Chart(new App(), 'fraud', { namespace: 'ml' });
  new CanaryRollout(chart, 'Canary', props);
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

describe('as the strategy of a serving', () => {
  const serve = (overrides = {}) => {
    const chart = Testing.chart();
    const serving = new ModelServing(chart, 'Serving', servingProps({ strategy: RolloutStrategy.canary({ router: TrafficRouter.istio() }), ...overrides }));
    return { serving, manifests: Testing.synth(chart) };
  };

  test('guardrails come from what the model promises', () => {
    const { metrics } = objectOf(serve().manifests, 'AnalysisTemplate').spec;

    expect(metrics.map(({ name, successCondition }: any) => [name, successCondition])).toEqual([
      ['latency-p95', 'len(result) > 0 && !isNaN(result[0]) && result[0] < 0.1'],
      ['error-ratio', 'len(result) > 0 && !isNaN(result[0]) && result[0] < 0.01'],
    ]);
  });

  test('pods keep what cdk8s-plus does not know, spread revision by revision', () => {
    const { template } = objectOf(serve().manifests, 'Rollout').spec;

    expect(template.spec.containers[0].lifecycle).toEqual({ preStop: { sleep: { seconds: 10 } } });
    expect(template.spec.topologySpreadConstraints[0].matchLabelKeys).toEqual(['rollouts-pod-template-hash']);
  });

  test('clients call the name that they called before', () => {
    const { serving, manifests } = serve();

    expect(serving.serviceName).toBe('fraud-detection');
    expect(canaryOf(manifests).stableService).toBe('fraud-detection');
  });

  test('budget, network and autoscaler fit the rollout', () => {
    const { manifests } = serve({ autoscaling: Autoscaling.cpu({ maxReplicas: 6 }) });
    const rollout = objectOf(manifests, 'Rollout');

    const selector = { matchLabels: { 'cdk8s-mlops.io/service': 'fraud-detection' } };
    expect(objectOf(manifests, 'PodDisruptionBudget').spec.selector).toEqual(selector);
    expect(objectOf(manifests, 'NetworkPolicy').spec.podSelector).toEqual(selector);
    expect(rollout.spec.template.metadata.labels).toMatchObject(selector.matchLabels);
    expect(objectOf(manifests, 'HorizontalPodAutoscaler').spec.scaleTargetRef.name).toBe(rollout.metadata.name);
    expect(rollout.spec.replicas).toBeUndefined();
  });

  test('the worst rollback starts all pods at once where a router shares requests out, in waves otherwise', () => {
    const termsOf = (router = TrafficRouter.istio()) => serve({ replicas: 20, strategy: RolloutStrategy.canary({ router }) })
      .serving.worstCaseRollback
      .map(({ term, duration }: any) => [term, duration.toSeconds()]);

    expect(termsOf()).toEqual([['image pull and fetch', 60], ['start', 75], ['observation', 10], ['last requests', 45]]);
    expect(() => termsOf(TrafficRouter.replicas())).toThrow('worst-case rollback takes 625s');
  });
});

test('the object of the rollout is the default child', () => {
  const chart = Testing.chart();
  const canary = new CanaryRollout(chart, 'Canary', props);

  expect(ApiObject.of(canary).kind).toBe('Rollout');
});
