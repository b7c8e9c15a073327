import { Chart, Duration } from 'cdk8s';
import {
  Autoscaling, Gpu, ImageRef, KnativeFeature, KnativeScaling, KnativeServing, KnativeServingProps, KnativeTraffic, KserveLogMode, KserveMode,
  KserveServing, KserveServingProps, KserveStorage, ModelServer, NetworkPeer, SecretRef, ServedModelOptions, Spread, TrafficRouter,
} from '../../../../src';
import { aRelease, OTHER_DIGEST } from '../../../support/fixtures';
import { knativePlatform, knativeProps, kserveProps } from '../../../support/serving-by-others';
import { odd, often } from '../odd';
import { Pick } from '../worlds';

/** A model that KServe or Knative runs, as somebody asks for it. What is no number or text stands in a list below under its name. */
export interface ServingRecipe {
  readonly mode: string;
  readonly numbers: { readonly [option: string]: number | undefined };
  readonly more: string[];
}

const EGRESS = [NetworkPeer.anyHttps('models are read from S3')];
const CHALLENGER = { release: aRelease({ version: 'v2.2.0' }), image: ImageRef.fromDigest('registry.example.com/fraud/server', OTHER_DIGEST) };

/** What every model can be asked for. */
const COMMON: { readonly [name: string]: () => Partial<ServedModelOptions> } = {
  'environment': () => ({ env: { THRESHOLD: '0.5' }, secrets: { TOKEN: SecretRef.existing('a', 'b') }, command: ['serve'], args: ['--fast'] }),
  'a path of Python': () => ({ env: { PYTHONPATH: '/tmp' } }),
  'a port in the environment': () => ({ env: { PORT: '80' } }),
  'a user': () => ({ runAsUser: 1000 }),
  'the root user': () => ({ runAsUser: 0 }),
  'required spread': () => ({ spread: Spread.REQUIRED }),
  'a device': () => ({ gpu: Gpu.nvidia(1, { nodeLabels: { gpu: 'a10' } }) }),
  'labels': () => ({ labels: { tier: 'model' } }),
  'malformed labels': () => ({ labels: { 'a b': 'c' } }),
  'a name': () => ({ serviceName: 'fraud' }),
  'a name that is none': () => ({ serviceName: 'Fraud_1' }),
  'a name that begins with a digit': () => ({ serviceName: '1fraud' }),
  'a priority': () => ({ priorityClassName: 'serving' }),
  'long requests': () => ({ requestTimeout: Duration.minutes(20) }),
  'a long warmup': () => ({ warmup: Duration.minutes(20) }),
};

const KSERVE: { readonly [name: string]: () => Partial<KserveServingProps> } = {
  'a logger': () => ({ logger: { url: 'http://broker.logs', mode: KserveLogMode.REQUEST, egress: NetworkPeer.namespace('logs', 80) } }),
  'a batcher': () => ({ batcher: { maxBatchSize: 16, maxLatency: Duration.millis(50) } }),
  'storage': () => ({ storage: [KserveStorage.fromUri('s3://models/fraud/1', { egress: EGRESS })] }),
  'storage in two places': () => ({ storage: ['a', 'b'].map((name) => KserveStorage.fromUri(`s3://models/${name}/1`, { mountPath: `/mnt/models/${name}`, egress: EGRESS })) }),
  'storage in one place twice': () => ({ storage: ['a', 'b'].map((name) => KserveStorage.fromUri(`s3://models/${name}/1`, { mountPath: '/mnt/models', egress: EGRESS })) }),
  'storage in two trees': () => ({ storage: ['/mnt/models', '/opt/models'].map((mountPath) => KserveStorage.fromUri('s3://models/a/1', { mountPath, egress: EGRESS })) }),
  'exposed': () => ({ exposed: true }),
};

const KNATIVE: { readonly [name: string]: () => Partial<KnativeServingProps> } = {
  'every flag': () => ({ platform: knativePlatform(...Object.values(KnativeFeature)) }),
  'some flags': () => ({ platform: knativePlatform(KnativeFeature.TOLERATIONS, KnativeFeature.NODE_SELECTOR, KnativeFeature.TOPOLOGY_SPREAD) }),
  'promoted': () => ({ traffic: KnativeTraffic.promoted('fraud-detection-a') }),
  'challenged': () => ({ traffic: KnativeTraffic.challenge({ championRevision: 'fraud-detection-a', challengerPercent: 5 }) }),
  'split': () => ({ traffic: KnativeTraffic.split([{ tag: 'a', percent: 60 }, { tag: 'b', percent: 40, revisionName: 'fraud-detection-a' }]) }),
  'split beyond all': () => ({ traffic: KnativeTraffic.split([{ tag: 'a', percent: 60 }, { tag: 'b', percent: 50, revisionName: 'fraud-detection-a' }]) }),
  'split by one tag': () => ({ traffic: KnativeTraffic.split([{ tag: 'a', percent: 60 }, { tag: 'a', percent: 40, revisionName: 'fraud-detection-a' }]) }),
  'a revision of others': () => ({ traffic: KnativeTraffic.promoted('other-a') }),
  'another server': () => ({ server: ModelServer.bentoml() }),
  'exposed': () => ({ exposed: true }),
};

/** An InferenceService that somebody could ask for. */
export function someKserve(pick: Pick): ServingRecipe {
  return {
    mode: often(pick, 'standard', 'knative', 'scaled', 'staged', 'challenged', 'knative', 'tagged'),
    numbers: numbersOf(pick),
    more: moreOf(pick, KSERVE),
  };
}

/** A Service of Knative that somebody could ask for. */
export function someKnative(pick: Pick): ServingRecipe {
  return { mode: pick('concurrency', 'requests'), numbers: numbersOf(pick), more: moreOf(pick, KNATIVE) };
}

/** Makes an InferenceService, as a user would. */
export function makeKserve(chart: Chart, { mode, numbers, more }: ServingRecipe): void {
  const scaling = () => KnativeScaling.concurrency(scalingOf(numbers));
  const { replicas, canaryTrafficPercent, containerConcurrency, maxReplicas = 10 } = numbers;
  const knative = (tags: boolean) => KserveMode.knative({ scaling: scaling(), canaryTrafficPercent, containerConcurrency, tags });
  const modes: { readonly [name: string]: () => KserveMode } = {
    standard: () => KserveMode.standard({ replicas }),
    scaled: () => KserveMode.standard({ autoscaling: Autoscaling.cpu({ maxReplicas }) }),
    staged: () => KserveMode.standard({ replicas, stages: { router: TrafficRouter.istio() } }),
    challenged: () => KserveMode.standard({ replicas, stages: { router: TrafficRouter.istio(), challenger: CHALLENGER } }),
    knative: () => knative(false),
    tagged: () => knative(true),
  };
  const byKnative = ['knative', 'tagged'].includes(mode) ? { server: ModelServer.kserve(), platform: knativePlatform() } : {};
  new KserveServing(chart, 'Serving', kserveProps({ ...byKnative, mode: modes[mode](), ...optionsOf(more, KSERVE) }));
}

/** Makes a Service of Knative, as a user would. */
export function makeKnative(chart: Chart, { mode, numbers, more }: ServingRecipe): void {
  const scaling = mode === 'requests' ? KnativeScaling.requestsPerSecond(scalingOf(numbers)) : KnativeScaling.concurrency(scalingOf(numbers));
  const { containerConcurrency } = numbers;
  new KnativeServing(chart, 'Serving', knativeProps({ release: aRelease({ previousVersion: 'v2.0.0' }), scaling, containerConcurrency, ...optionsOf(more, KNATIVE) }));
}

function numbersOf(pick: Pick): ServingRecipe['numbers'] {
  return odd<any>(pick, {}, { replicas: pick(1, 5, 0, -1) }, { canaryTrafficPercent: pick(0, 10, 100, 101, -1) },
    { containerConcurrency: pick(0, 1, 16, 1000, 1001, -1) }, { perPod: pick(0, 1, 0.5, -1) }, { minReplicas: pick(0, 1, 11) },
    { maxReplicas: pick(1, 2, 0) }, { scaleDownDelay: pick(0, 60, 3600, 3601, 0.5) });
}

function moreOf(pick: Pick, own: { readonly [name: string]: unknown }): string[] {
  const names = [...Object.keys(COMMON), ...Object.keys(own)];
  return often<() => string[]>(pick, () => [], () => [pick(...names)], () => [pick(...names), pick(...names)])();
}

function scalingOf({ perPod = 8, minReplicas, maxReplicas = 10, scaleDownDelay }: ServingRecipe['numbers']) {
  return { perPod, minReplicas, maxReplicas, scaleDownDelay: scaleDownDelay === undefined ? undefined : Duration.seconds(scaleDownDelay) };
}

function optionsOf(names: string[], own: { readonly [name: string]: () => object }): object {
  return Object.assign({}, ...names.map((name) => ({ ...COMMON, ...own })[name]()));
}
