import { Duration } from 'cdk8s';
import { artifactOf, Artifacts, sha256Of } from './artifacts';
import { minimumViable, Synthesized } from './minimum-viable';
import { describeTraffic, rateOf, Traffic, TrafficCount } from './traffic';
import { RegistryLayout } from '../../../src';
import { Cluster } from '../harness/cluster';
import { objectionsTo } from '../harness/describe';
import { Prometheus } from '../harness/prometheus';

const NAMESPACE = 'fraud-take-over';
const REPLICAS = 4;
const WARMUP = 3;
const say = (line: string) => process.stderr.write(`  ${line}\n`);

const cluster = new Cluster();
let artifacts: Artifacts;
let prometheus: Prometheus;
let traffic: Traffic;

type Way = 'rolling update' | 'canary by Istio' | 'canary by the number of pods';

/** Seconds, where a cluster of people has minutes: a stage is measured twice. */
const ANALYSIS = { interval: Duration.seconds(4), window: Duration.seconds(8), scrapeInterval: Duration.seconds(1) };
const STAGE = Duration.seconds(13);

/** A version of the model, and how it takes over. */
function released(version: string, way: Way, delay = 0): Synthesized {
  const artifact = artifactOf({ weights: [0.4, -0.2, 0.1], bias: 0.1 });
  artifacts.put(`s3://example-fraud-registry/${RegistryLayout.artifact('fraud-detection', version)}`, artifact);
  return minimumViable({
    version,
    artifactSha256: sha256Of(artifact),
    warmup: WARMUP,
    delay,
    changed: ({ MetricsBackend, PlatformProfile, RolloutStrategy, TrafficRouter }) => {
      const canary = { analysis: ANALYSIS, minReady: Duration.seconds(2) };
      const strategies: { [name in Way]: any } = {
        'rolling update': RolloutStrategy.rollingUpdate({ minReady: Duration.seconds(2) }),
        'canary by Istio': RolloutStrategy.canary({ ...canary, router: TrafficRouter.istio(), stages: [{ weight: 100, duration: STAGE }] }),
        'canary by the number of pods': RolloutStrategy.canary({
          ...canary, router: TrafficRouter.replicas(), stages: [{ weight: 20, duration: STAGE }, { weight: 100, duration: STAGE }],
        }),
      };
      const platform = PlatformProfile.of({ metrics: MetricsBackend.prometheus({ url: prometheus.url }) });
      return { namespace: NAMESPACE, replicas: REPLICAS, platform, strategy: strategies[way] };
    },
  });
}

async function apply({ manifests }: Synthesized): Promise<void> {
  for (const manifest of manifests) {
    expect(objectionsTo(await cluster.apply(manifest, NAMESPACE))).toEqual([]);
  }
}

const rollout = async (): Promise<any> => (await cluster.list('argoproj.io/v1alpha1', 'Rollout', NAMESPACE))[0];
const service = () => cluster.get({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'fraud-detection' } }, NAMESPACE);

async function phase(wanted: string, seconds = 120): Promise<void> {
  await cluster.eventually(`a Rollout that is ${wanted}`, async () => {
    const { status, spec, metadata } = await rollout();
    const current = status?.observedGeneration === `${metadata.generation}` && status.replicas >= spec.replicas;
    return (current && status.phase === wanted) || `${status?.phase}: ${status?.message}`;
  }, seconds);
}

async function available(): Promise<void> {
  await cluster.eventually('an available Deployment', async () => {
    const [{ status, metadata }] = await cluster.list('apps/v1', 'Deployment', NAMESPACE);
    return status?.availableReplicas === REPLICAS && status.observedGeneration === metadata.generation;
  }, 90);
}

/** Deletes the only object of a kind, as `kubectl delete` and Argo CD in the background do, and waits until its pods are gone. */
async function remove(apiVersion: string, kind: string): Promise<void> {
  const [object] = await cluster.list(apiVersion, kind, NAMESPACE);
  await cluster.server.call('DELETE', await cluster.server.pathOf({ apiVersion, kind, ...object }), { query: { propagationPolicy: 'Background' } });
  await podsLeft(REPLICAS);
}

async function podsLeft(count: number): Promise<void> {
  await cluster.eventually(`${count} pods`, async () => {
    const pods = await cluster.list('v1', 'Pod', NAMESPACE);
    return pods.length === count || `${pods.length} pods`;
  }, 90);
}

async function expectNoneLost(what: string): Promise<TrafficCount> {
  const count = await traffic.count();
  say(describeTraffic(what, count));
  expect(count.failures).toEqual([]);
  expect(rateOf(count)).toBeGreaterThanOrEqual(50);
  expect(count.reused).toBeGreaterThan(count.kept / 2);
  return count;
}

beforeAll(async () => {
  [artifacts, prometheus] = await Promise.all([Artifacts.serve(), Prometheus.reserve()]);
  await cluster.namespace(NAMESPACE);
  const first = released('v1', 'rolling update');
  await prometheus.start({
    kubeconfig: process.env.KUBECONFIG!,
    podMonitors: first.manifests.filter(({ kind }) => kind === 'PodMonitor'),
    scrapeEvery: '1s',
  });
  await apply(first);
  await available();
  const { spec } = await service();
  traffic = new Traffic(spec.clusterIP, spec.ports[0].port, '/v2/models/fraud-detection/infer', JSON.stringify({ features: [1, 2, 3] }));
  await cluster.eventually('requests', async () => (await traffic.count()).reused > 0, 20);
}, 180_000);

afterAll(async () => {
  traffic?.stop();
  artifacts.stop();
  await prometheus.stop();
});

test('no request is lost while a Rollout takes the Service over from a Deployment, which its controller lets go', async () => {
  await apply(released('v1', 'canary by Istio'));
  await phase('Healthy');
  await cluster.eventually('the hash in the selector', async () => 'rollouts-pod-template-hash' in (await service()).spec.selector);

  await remove('apps/v1', 'Deployment');

  await expectNoneLost('from a Deployment to a Rollout');
}, 240_000);

test('no request is lost on the way back, though the Rollout takes its pods with it', async () => {
  await apply(released('v1', 'rolling update'));
  await available();

  await remove('argoproj.io/v1alpha1', 'Rollout');

  expect((await service()).spec.selector).toEqual({ 'cdk8s-mlops.io/service': 'fraud-detection' });
  await expectNoneLost('from a Rollout to a Deployment');
}, 240_000);

test('no request is lost where both have a share of the requests until one of them goes', async () => {
  await apply(released('v1', 'canary by the number of pods'));
  await phase('Healthy');

  await remove('apps/v1', 'Deployment');

  await expectNoneLost('to a canary by the number of pods');
}, 240_000);

test('no request is lost while a good version passes every stage, judged by the real Prometheus', async () => {
  await apply(released('v2', 'canary by the number of pods'));
  await phase('Healthy');
  await podsLeft(REPLICAS);

  const runs = await cluster.list('argoproj.io/v1alpha1', 'AnalysisRun', NAMESPACE);
  expect(runs.map(({ status }) => status.phase)).toEqual(['Successful', 'Successful']);
  expect(runs.every(({ status }) => status.metricResults.every(({ successful, count }: any) => successful === count && count > 0))).toBe(true);
  const { versions } = await expectNoneLost('a canary');
  expect(Object.keys(versions).sort()).toEqual(['v1', 'v2']);
  await cluster.eventually('answers of that version only', async () => Object.keys((await traffic.count()).versions).join() === 'v2', 5);
}, 240_000);

test('no request is lost while a version that is too slow is sent back at its first stage', async () => {
  await traffic.count();
  const started = Date.now();

  await apply(released('v3', 'canary by the number of pods', 150));
  await cluster.eventually('an abort', async () => (await rollout()).status.abort === true, 90);
  say(`aborted ${((Date.now() - started) / 1000).toFixed(1)} s after it was applied`);
  await podsLeft(REPLICAS);

  const { status } = await rollout();
  expect(status.message).toContain('latency');
  expect(status.currentStepIndex).toBe(0);
  const { versions } = await expectNoneLost('an abort');
  expect(Object.keys(versions).sort()).toEqual(['v2', 'v3']);
  await cluster.eventually('answers of the earlier version only', async () => Object.keys((await traffic.count()).versions).join() === 'v2', 5);
}, 240_000);
