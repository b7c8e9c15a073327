import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { artifactOf, Artifacts, sha256Of } from './artifacts';
import { minimumViable, Synthesized } from './minimum-viable';
import { NODES } from './real-nodes';
import { describeTraffic, rateOf, Traffic, TrafficCount } from './traffic';
import { RegistryLayout } from '../../../src';
import { Cluster } from '../harness/cluster';
import { objectionsTo } from '../harness/describe';
import { Kubectl } from '../harness/kubectl';

const NAMESPACE = 'fraud';
const WARMUP = 8;
const say = (line: string) => process.stderr.write(`  ${line}\n`);

const cluster = new Cluster();
const kubectl = new Kubectl(process.env.KUBECTL!, process.env.KUBECONFIG!, '/run/bench');
let artifacts: Artifacts;
let traffic: Traffic | undefined;

/** A version of the model, whose artifact is in the registry; `claimed` where the release names another hash. */
function released(version: string, { warmup = WARMUP, claimed }: { warmup?: number; claimed?: string } = {}): Synthesized {
  const artifact = artifactOf({ weights: [0.4, -0.2, 0.1], bias: Number(version.replace(/\D/g, '')) / 1000 });
  artifacts.put(`s3://example-fraud-registry/${RegistryLayout.artifact('fraud-detection', version)}`, artifact);
  return minimumViable({ version, artifactSha256: claimed ?? sha256Of(artifact), warmup });
}

async function apply({ manifests }: Synthesized): Promise<void> {
  for (const manifest of manifests) {
    expect(objectionsTo(await cluster.apply(manifest, NAMESPACE))).toEqual([]);
  }
}

const podsOf = (): Promise<any[]> => cluster.list('v1', 'Pod', NAMESPACE);
const versionOf = (pod: any): string => pod.spec.containers.find(({ name }: any) => name === 'server').env.find(({ name }: any) => name === 'MODEL_VERSION').value;
const isReady = (pod: any): boolean => pod.status.conditions?.some(({ type, status }: any) => type === 'Ready' && status === 'True');

const serverOf = (pod: any): any => pod.status.containerStatuses.find(({ name }: any) => name === 'server');
const restartsOf = (pod: any): number => serverOf(pod).restartCount;

/** Waits until a version is all that there is. */
async function rolledOut(version: string): Promise<void> {
  await cluster.eventually(`three pods of ${version} and no others`, async () => {
    const pods = await podsOf();
    return (pods.length === 3 && pods.every((pod) => versionOf(pod) === version && isReady(pod)))
      || pods.map((pod) => `${pod.metadata.name} ${versionOf(pod)} ${pod.status.phase}${isReady(pod) ? ' ready' : ''}`).join(', ');
  }, 180);
}

/** What the clients say about the time since they were asked last. */
async function requestsDuring(what: string): Promise<TrafficCount> {
  const count = await traffic!.count();
  say(describeTraffic(what, count));
  return count;
}

function expectNoneLost(count: TrafficCount): void {
  expect(count.failures).toEqual([]);
  expect(rateOf(count)).toBeGreaterThanOrEqual(50);
  expect(count.reused).toBeGreaterThan(count.kept / 2);
}

beforeAll(async () => {
  artifacts = await Artifacts.serve();
  await cluster.namespace(NAMESPACE);
});

afterAll(() => {
  traffic?.stop();
  artifacts.stop();
});

test('a pod gets requests only after its warm-up, and is not killed while it warms up', async () => {
  await apply(released('v2.1.0'));

  const early: string[] = [];
  await cluster.eventually('three ready pods', async () => {
    const slices = await cluster.list('discovery.k8s.io/v1', 'EndpointSlice', NAMESPACE);
    const endpoints: any[] = slices.flatMap((slice) => slice.endpoints ?? []);
    const addresses: string[] = endpoints.filter(({ conditions }) => conditions.ready).flatMap((endpoint) => endpoint.addresses);
    const answers = await Promise.all(addresses.map(async (address) => (await fetch(`http://${address}:8080/v2/models/fraud-detection/ready`)).status));
    early.push(...addresses.filter((_, index) => answers[index] !== 200));
    return addresses.length === 3;
  }, 90);

  const pods = await podsOf();
  const servers = pods.map(serverOf);
  const readySince = pods.map((pod) => pod.status.conditions.find(({ type }: any) => type === 'Ready').lastTransitionTime);
  const seconds = servers.map(({ state }, index) => secondsBetween(state.running.startedAt, readySince[index]));
  say(`ready ${seconds.join(', ')} s after their start, with a warm-up of ${WARMUP} s`);
  expect(early).toEqual([]);
  expect(pods.map(restartsOf)).toEqual([0, 0, 0]);
  // both times are cut to whole seconds
  expect(Math.min(...seconds)).toBeGreaterThanOrEqual(WARMUP - 1);
});

test.each([
  ['v2.2.0', WARMUP],
  // shorter than the time between two probes
  ['v2.3.0', 3],
])('no request is lost and no container killed while %s takes over, which warms up for %i s', async (version, warmup) => {
  await startTraffic();
  const started = Date.now();

  await apply(released(version, { warmup }));
  await rolledOut(version);

  const count = await requestsDuring(`roll to ${version} in ${Math.round((Date.now() - started) / 1000)} s`);
  expectNoneLost(count);
  expect((await podsOf()).map(restartsOf)).toEqual([0, 0, 0]);
  await cluster.eventually('answers of that version only', async () => Object.keys((await traffic!.count()).versions).join() === version, 5);
}, 240_000);

test('a rollback loses no request either, and takes no longer than was computed, which is not three times too long', async () => {
  const earlier = released('v2.2.0');
  await traffic!.count();
  const started = Date.now();

  await apply(earlier);
  await rolledOut('v2.2.0');

  const measured = (Date.now() - started) / 1000;
  const computed = earlier.worstCaseRollback;
  say(`rollback: measured ${measured.toFixed(1)} s, computed ${computed} s (${earlier.terms})`);
  expectNoneLost(await requestsDuring('rollback to v2.2.0'));
  expect(measured).toBeLessThanOrEqual(computed);
  expect(computed).toBeLessThanOrEqual(3 * measured);
}, 240_000);

test('no request is lost while a node is drained', async () => {
  const nodes = (await podsOf()).map(({ spec }) => spec.nodeName);
  const fullest = Object.keys(NODES).sort((a, b) => nodes.filter((name) => name === b).length - nodes.filter((name) => name === a).length)[0];
  await traffic!.count();

  await kubectl.run('drain', fullest, '--ignore-daemonsets', '--delete-emptydir-data', '--timeout=150s');
  await rolledOut('v2.2.0');

  const evicted = nodes.filter((name) => name === fullest).length;
  expectNoneLost(await requestsDuring(`drain of a node with ${evicted} of 3 pods`));
  expect((await podsOf()).map(({ spec }) => spec.nodeName)).not.toContain(fullest);
  await kubectl.run('uncordon', fullest);
}, 240_000);

test('a server does not start with an artifact that is not the released one, and the earlier version goes on', async () => {
  await traffic!.count();

  await apply(released('v2.4.0', { claimed: 'f'.repeat(64) }));

  let refused: any;
  await cluster.eventually('the loader to fail twice', async () => {
    refused = (await podsOf()).find((pod) => versionOf(pod) === 'v2.4.0');
    return refused?.status.initContainerStatuses?.some(({ restartCount }: any) => restartCount >= 1) ?? false;
  }, 60);
  const loader = refused.status.initContainerStatuses.find(({ name }: any) => name === 'model-loader');
  const server = serverOf(refused);
  expect((loader.lastState.terminated ?? loader.state.terminated).exitCode).toBe(1);
  expect(server.started).toBe(false);
  expect(server.state.running ?? server.lastState.terminated).toBeUndefined();
  expect(logOf(refused, 'model-loader')).toContain(`but ${'f'.repeat(64)} was released`);
  expect((await podsOf()).filter((pod) => versionOf(pod) === 'v2.2.0' && isReady(pod))).toHaveLength(3);
  expectNoneLost(await requestsDuring('a version that does not start'));
});

async function startTraffic(): Promise<void> {
  if (!traffic) {
    const { spec } = await cluster.get({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'fraud-detection' } }, NAMESPACE);
    traffic = new Traffic(spec.clusterIP, spec.ports[0].port, '/v2/models/fraud-detection/infer', JSON.stringify({ features: [1, 2, 3] }));
    await cluster.eventually('requests', async () => (await traffic!.count()).reused > 0, 20);
  }
  await traffic.count();
}

/** What a container wrote, its earlier runs included. */
function logOf({ metadata, spec }: any, container: string): string {
  const folder = join(process.env.POD_LOGS!, spec.nodeName, `${NAMESPACE}_${metadata.name}_${metadata.uid}`, container);
  return readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8')).join('');
}

function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}
