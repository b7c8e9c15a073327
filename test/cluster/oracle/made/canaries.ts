import { Chart, Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import {
  AfterPatience, AnalysisArgument, AnalysisTemplate, Autoscaling, CanaryOptions, CanaryRollout, CanaryTemplate, ClusterAnalysisTemplate,
  ExternalMetrics, Guardrail, IGuardrail, ImageRef, IstioVersions, ITrafficRouter, MetricQuery, MetricType, ModelServing, ModelServingProps, NoData,
  RolloutNotification, RolloutStrategy, SecretRef, Spread, TrafficRouter, Unreachable, VersionAntiAffinity,
} from '../../../../src';
import { aPlatform, DIGEST, servingProps, someMetrics } from '../../../support/fixtures';
import { odd } from '../odd';
import { Pick } from '../worlds';

/** A canary as somebody asks for it. What is no number or text stands in a list below under its name, so that it can be kept. */
export interface CanaryRecipe {
  readonly construct: 'CanaryRollout' | 'ModelServing';
  readonly router: string;
  readonly guardrails: string[];
  readonly dryRun?: string[];
  readonly backgroundGuardrails?: string[];
  readonly templates?: string[];
  readonly stages?: { readonly weight: number; readonly seconds?: number }[];
  readonly analysis?: { readonly [option: string]: any };
  /** Options of the canary that are times, in seconds. */
  readonly times?: { readonly [option: string]: number };
  /** Options of the canary that are written as they are. */
  readonly plain?: { readonly [option: string]: any };
  /** Options of the construct, by name. */
  readonly pod?: string;
  readonly serving?: string;
}

const precision = (limit: string) => Guardrail.webReturns('precision', { url: 'https://quality.example.com/precision', jsonPath: '{$.value}', condition: limit });
const resources = { cpu: { request: Cpu.millis(100), limit: Cpu.units(1) }, memory: { request: Size.mebibytes(128), limit: Size.mebibytes(256) } };
const approved = (hash: string) => MetricQuery.promql({ expr: `sum(approved_total{rollouts_pod_template_hash="{{args.${hash}}}"})`, title: 'approved' });
const exportedBy = [ExternalMetrics.declare([{ name: 'approved_total', type: MetricType.COUNTER, labels: ['rollouts_pod_template_hash'] }])];
const job = (deadline: number) => Guardrail.jobSucceeds('golden-set', {
  image: ImageRef.fromDigest('registry.example.com/check', DIGEST), resources, deadline: Duration.seconds(deadline), secretEnv: { TOKEN: SecretRef.existing('quality', 'token') },
});

const ROUTERS: { readonly [name: string]: () => ITrafficRouter } = {
  'istio': () => TrafficRouter.istio(),
  'istio with a gateway': () => TrafficRouter.istio({ gateways: ['istio-ingress/public'], hosts: ['fraud.example.com'] }),
  'istio by subsets': () => TrafficRouter.istio({ versions: IstioVersions.SUBSETS }),
  'istio with a waypoint': () => TrafficRouter.istio({ waypoint: 'waypoint' }),
  'replicas': () => TrafficRouter.replicas(),
  'gateway api': () => TrafficRouter.gatewayApi({ gateways: [{ gatewayName: 'public' }], hosts: ['fraud.example.com'], paths: ['/v1'] }),
  'gateway api in the mesh': () => TrafficRouter.gatewayApi({ callersInMesh: true }),
  'joined virtual service': () => TrafficRouter.joinVirtualService({ virtualServiceName: 'shop', routes: ['fraud'] }),
  'joined http route': () => TrafficRouter.joinHttpRoute({ routeName: 'shop', namespace: 'web' }),
  'a gateway without host': () => TrafficRouter.istio({ gateways: ['istio-ingress/public'] }),
  'a gateway without namespace': () => TrafficRouter.istio({ gateways: ['public'], hosts: ['fraud.example.com'] }),
  'nobody comes in': () => TrafficRouter.gatewayApi({}),
};

const GUARDRAILS: { readonly [name: string]: () => IGuardrail | IGuardrail[] } = {
  'latency': () => Guardrail.latencyBelow(99, Duration.millis(250)),
  'latency compared': () => Guardrail.latencyComparedWithStable(99, 1.2),
  'errors': () => Guardrail.errorRatioBelow(0.01),
  'errors compared': () => Guardrail.errorRatioComparedWithStable(0.005),
  'throughput': () => Guardrail.throughputAbove(1),
  'kpi': () => Guardrail.businessKpi('approvals', approved('canary-hash'), { condition: '>= 0.35', exportedBy }),
  'kpi compared': () => Guardrail.businessKpi('approvals-compared', approved('canary-hash'), { condition: '>= 0.9', exportedBy, comparedWithStable: true }),
  'custom': () => Guardrail.custom('approved', approved('canary-hash'), '> 1', { external: exportedBy, needsTraffic: false }),
  'unknown argument': () => Guardrail.custom('nobody', approved('nobody'), '> 1', { external: exportedBy }),
  'web': () => precision('>= 0.9'),
  'web that says yes': () => Guardrail.webReturns('answer', { url: 'https://quality.example.com', jsonPath: '{$.ok}', condition: '== true', jsonBody: { a: 1 }, timeout: Duration.seconds(5) }),
  'secret web': () => Guardrail.webReturns('secret', {
    url: 'https://quality.example.com', jsonPath: '{$.value}', condition: '>= 0.9', secretHeaders: { Authorization: SecretRef.existing('quality', 'token') },
  }),
  'job': () => job(120),
  'long job': () => job(7200),
  'outputs without exporter': () => Guardrail.outputWithin({ min: 0, max: 1 }),
  'no condition': () => Guardrail.custom('none', approved('canary-hash'), 'good'),
  'share above one': () => Guardrail.errorRatioBelow(1.5),
  'no percentile': () => Guardrail.latencyBelow(101, Duration.millis(100)),
};

const TEMPLATES: { readonly [name: string]: (chart: Chart) => CanaryTemplate } = {
  'own': (chart) => ({ template: new AnalysisTemplate(chart, 'Own', { ...MEASURED, guardrails: [precision('>= 0.5')], duration: Duration.minutes(10) }) }),
  'own with arguments': (chart) => ({
    template: new AnalysisTemplate(chart, 'OwnArgs', { ...MEASURED, guardrails: [precision('>= 0.6')], args: { region: AnalysisArgument.value('eu'), shop: AnalysisArgument.required() } }),
    args: { shop: AnalysisArgument.value('de') },
  }),
  'own without its argument': (chart) => ({ template: new AnalysisTemplate(chart, 'OwnShop', { ...MEASURED, guardrails: [precision('>= 0.7')], args: { shop: AnalysisArgument.required() } }) }),
  'own that reads secrets': (chart) => ({ template: new AnalysisTemplate(chart, 'OwnSecret', { ...MEASURED, guardrails: [precision('>= 0.8')], args: { token: AnalysisArgument.secret(SecretRef.existing('a', 'b')) } }) }),
  'own without end': (chart) => ({ template: new AnalysisTemplate(chart, 'OwnEndless', { ...MEASURED, guardrails: [precision('>= 0.9')], runsUntilStopped: true }) }),
  'of the cluster': (chart) => ({
    template: new ClusterAnalysisTemplate(chart, 'Shared', { ...MEASURED, templateName: 'golden-signals', guardrails: [Guardrail.latencyBelow(50, Duration.millis(250))] }),
    args: { image: AnalysisArgument.rolloutField('spec.template.spec.containers[0].image') },
  }),
  'of others': (chart) => ({ template: AnalysisTemplate.fromAnalysisTemplateAttributes(chart, 'Theirs', { templateName: 'theirs' }) }),
};

const MEASURED = { metrics: someMetrics(), platform: aPlatform() };

/** Raw fields of pods, right and wrong, as `CanaryRollout` takes them. */
const PODS: { readonly [name: string]: object } = {
  'as it is': {},
  'priority': { podFields: { priorityClassName: 'serving' } },
  'short end': { podFields: { terminationGracePeriodSeconds: 5 }, containerFields: { server: { lifecycle: { preStop: { sleep: { seconds: 10 } } } } } },
  'long end': { podFields: { terminationGracePeriodSeconds: 60 }, containerFields: { server: { lifecycle: { preStop: { sleep: { seconds: 10 } } } } } },
  'never again': { podFields: { restartPolicy: 'Never' } },
  'two ways to ask': { containerFields: { server: { readinessProbe: { exec: { command: ['a'] }, tcpSocket: { port: 80 } } } } },
  'more than the limit': { containerFields: { server: { resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } } } },
  'unknown volume': { containerFields: { server: { volumeMounts: [{ name: 'none', mountPath: '/a' }] } } },
  'image volume': { podFields: { volumes: [{ name: 'model', image: { reference: 'registry.example.com/model:1', pullPolicy: 'IfNotPresent' } }] } },
};

/** Options of `ModelServing`. */
const SERVINGS: { readonly [name: string]: () => Partial<ModelServingProps> } = {
  'as it is': () => ({}),
  'scaled': () => ({ autoscaling: Autoscaling.cpu({ maxReplicas: 10 }) }),
  'spread': () => ({ spread: Spread.REQUIRED, labels: { tier: 'model' }, sharedMemory: Size.gibibytes(1) }),
  'named': () => ({ serviceName: 'fraud', env: { THRESHOLD: '0.5' }, secrets: { TOKEN: SecretRef.existing('a', 'b') }, command: ['serve'], runAsUser: 1000 }),
  'adopted': () => ({ podSelector: { app: 'fraud' }, serviceName: 'fraud' }),
  'misnamed': () => ({ serviceName: 'Fraud_1' }),
  'mislabelled': () => ({ labels: { 'a b': 'c' } }),
  'slow': () => ({ warmup: Duration.minutes(20), requestTimeout: Duration.minutes(5) }),
};

/** Something that somebody could ask for. */
export function someCanary(pick: Pick): CanaryRecipe {
  const rarely = <T>(value: () => T) => odd<any>(pick, undefined, value());
  const router = odd(pick, pick('istio', 'istio', 'istio with a gateway', 'istio by subsets', 'gateway api', 'replicas', 'istio with a waypoint'), ...Object.keys(ROUTERS));
  const construct = pick<CanaryRecipe['construct']>('CanaryRollout', 'ModelServing');
  const replicas = router === 'replicas' ? odd(pick, 20, 10, 4) : odd(pick, 2, 1, 5, 0, -1, 2.5);
  return {
    construct,
    router,
    guardrails: odd(pick, ['errors'], ['latency', 'errors'], [odd(pick, pick('errors', 'job', 'web', 'kpi', 'custom', 'secret web', 'throughput'), ...Object.keys(GUARDRAILS)), 'latency'], ['errors', 'latency compared', 'errors compared', 'kpi compared'],
      ['errors', 'errors'], []),
    dryRun: rarely(() => [pick(...Object.keys(GUARDRAILS))]),
    backgroundGuardrails: rarely(() => [pick('latency', 'errors compared', 'web', 'job')]),
    templates: construct === 'ModelServing' ? undefined : odd<any>(pick, undefined, [pick(...Object.keys(TEMPLATES))], ['of the cluster', 'own'], ['own that reads secrets']),
    stages: odd<any>(pick, router === 'replicas' ? [{ weight: 50 }, { weight: 100 }] : undefined, [{ weight: 100 }], [{ weight: 5, seconds: 600 }, { weight: 100 }], [{ weight: 50 }, { weight: 25 }, { weight: 100 }],
      [{ weight: pick(0, 101, -5, 0.5) }, { weight: 100 }], [{ weight: 50 }], [{ weight: 10, seconds: pick(0, 60, 330, 331) }, { weight: 100 }]),
    analysis: odd<any>(pick, undefined, { interval: pick(0, 10, 60, 0.5) }, { window: pick(30, 120, 600), scrapeInterval: pick(15, 60) },
      { toleratedBreaches: pick(0, 1, 3, -1, 30, 0.5) }, { minimumRequests: pick(0, -1) },
      { onEmpty: pick('wait', 'abort', 'fail', 'pass'), patience: pick(0, 300, 600, 100_000) }, { unreachable: pick(0, 20, 300) }, { measurementRetention: pick(1, 0, 30) }, { secretHeader: true }),
    times: odd<any>(pick, undefined, { warmStandby: pick(0, 600, 0.5) }, { abortScaleDownDelay: pick(0, 600) },
      { minReady: pick(0, 10, 600, 1200, 9.5) }, { progressDeadline: pick(1, 10, 11, 3600) }),
    plain: {
      replicas,
      ...odd<any>(pick, {}, { maxSurgePercent: pick(0, 1, 100, 101) }, { rollbackWindow: pick(0, 3, 11, -1) },
        { revisionHistoryLimit: pick(0, 2, 10, -1) }, { scaleDownDelayRevisionLimit: pick(0, 3, -1) },
        { antiAffinity: pick(...Object.values(VersionAntiAffinity)) }, { disruptionBudget: false }, { notifications: true }),
    },
    pod: construct === 'CanaryRollout' ? odd(pick, 'as it is', ...Object.keys(PODS)) : undefined,
    serving: construct === 'ModelServing' ? odd(pick, 'as it is', ...Object.keys(SERVINGS)) : undefined,
  };
}

/** Makes it, as a user would. */
export function makeCanary(chart: Chart, recipe: CanaryRecipe): void {
  const { construct, plain: { replicas, disruptionBudget, ...plain } = {} as any, times = {}, pod = 'as it is', serving = 'as it is' } = recipe;
  const { progressDeadline, ...ofCanary } = Object.fromEntries(Object.entries(times).map(([name, seconds]) => [name, Duration.seconds(seconds)]));
  const options = { ...optionsOf(chart, recipe), ...ofCanary, ...plain, notifications: plain.notifications && [RolloutNotification.to({ service: 'slack', recipient: 'risk-ml' })] };
  if (construct === 'ModelServing') {
    new ModelServing(chart, 'Serving', servingProps({ ...SERVINGS[serving](), ...serving === 'scaled' ? {} : { replicas }, strategy: RolloutStrategy.canary(options) }));
    return;
  }
  new CanaryRollout(chart, 'Canary', {
    ...options,
    ...PODS[pod],
    progressDeadline,
    replicas,
    disruptionBudget,
    metadata: { name: 'fraud' },
    podMetadata: { labels: { app: 'fraud', tier: 'model' } },
    containers: [{ name: 'server', image: `registry.example.com/fraud@${DIGEST}`, portNumber: 8080, resources }],
    port: 8080,
    serviceName: 'stable',
    serviceSelector: { app: 'fraud' },
    canaryServiceName: options.router.capabilities.serviceForEach ? 'canary' : undefined,
    ...MEASURED,
  });
}

function optionsOf(chart: Chart, recipe: CanaryRecipe): CanaryOptions & { guardrails: IGuardrail[] } {
  const { router, guardrails, dryRun = [], backgroundGuardrails = [], templates = [], stages, analysis } = recipe;
  const named = (names: string[]) => names.flatMap((name) => GUARDRAILS[name]());
  return {
    router: ROUTERS[router](),
    guardrails: named(guardrails),
    dryRun: named(dryRun),
    backgroundGuardrails: named(backgroundGuardrails),
    templates: templates.map((name) => TEMPLATES[name](chart)),
    stages: stages?.map(({ weight, seconds }) => ({ weight, duration: seconds === undefined ? undefined : Duration.seconds(seconds) })),
    analysis: analysis && analysisOf(analysis),
  };
}

function analysisOf({ interval, window, scrapeInterval, onEmpty, patience, unreachable, secretHeader, ...plain }: { readonly [option: string]: any }): CanaryOptions['analysis'] {
  const time = (seconds: number | undefined) => seconds === undefined ? undefined : Duration.seconds(seconds);
  const pause = (then: AfterPatience) => NoData.pause({ upTo: Duration.seconds(patience), then });
  const policies: { readonly [name: string]: () => NoData } = {
    wait: () => pause(AfterPatience.WAIT), abort: () => pause(AfterPatience.ABORT), fail: () => NoData.fail(), pass: () => NoData.pass(),
  };
  return {
    ...plain,
    interval: time(interval),
    window: time(window),
    scrapeInterval: time(scrapeInterval),
    onEmpty: onEmpty && policies[onEmpty](),
    onUnreachable: unreachable === undefined ? undefined : Unreachable.abortAfter(Duration.seconds(unreachable)),
    secretHeaders: secretHeader && { Authorization: SecretRef.existing('prometheus', 'token') },
  };
}
