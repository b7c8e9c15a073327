import { spawn } from 'child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'fs';
import { tmpdir } from 'os';
import { delimiter, dirname, join } from 'path';
import { App, Chart, Testing } from 'cdk8s';
import { writeCanary } from './canaries';
import {
  KnativeScaling, KnativeServing, KnativeTraffic, KserveMode, KserveServing, ModelServer, ModelServing, Rollback, RollbackCall, RolloutStrategy,
} from '../../../src';
import { aRelease, servingProps } from '../../support/fixtures';
import { objectOf } from '../../support/manifests';
import { knativePlatform, knativeProps, kserveProps } from '../../support/serving-by-others';
import { Cluster } from '../harness/cluster';
import { objectionsTo } from '../harness/describe';

/** What the report tells people to type, typed: afterwards the object is what the report promises. */
const cluster = new Cluster();
const home = mkdtempSync(join(tmpdir(), 'rollback-calls-'));
const VERSION = 'app.kubernetes.io/version';
const ROLE = 'cdk8s-mlops.io/rollout-role';

beforeAll(() => symlinkSync(process.env.ROLLOUTS_PLUGIN!, join(home, 'kubectl-argo-rollouts')));
afterAll(() => rmSync(home, { recursive: true }));

test('a Deployment has the pods of the version before', async () => {
  const namespace = await cluster.namespace();
  const [before, after] = ['v1.0.0', 'v2.0.0'].map((version) => manifestsIn(namespace, (chart) => new ModelServing(chart, 'Serving', servingProps({
    release: aRelease({ version }), strategy: RolloutStrategy.rollingUpdate(),
  }))));
  const deployment = objectOf(after, 'Deployment');
  await apply(before);
  await cluster.eventually('pods of the first version', async () => (await cluster.get(deployment)).status?.readyReplicas === 2, 60);
  await apply(after);
  expect((await cluster.get(deployment)).spec.template.metadata.labels[VERSION]).toBe('v2.0.0');

  await type(Rollback.ofDeployment({ name: deployment.metadata.name, namespace }));

  const back = await cluster.get(deployment);
  expect([back.spec.template.metadata.labels[VERSION], back.spec.template.spec]).toEqual(['v1.0.0', expect.objectContaining({ containers: expect.any(Array) })]);
  await cluster.eventually('all pods of the version before', async () => {
    const { status } = await cluster.get(deployment);
    return status.readyReplicas === 2 && status.updatedReplicas === 2 && status.replicas === 2;
  }, 120);
});

describe('a Rollout', () => {
  const STAGE = { prometheus: 'http://127.0.0.1:9', replicas: 2 };
  let namespace: string;
  let rollout: any;
  let route: any;

  beforeAll(async () => {
    namespace = await cluster.namespace();
    const { objects } = writeCanary({ ...STAGE, namespace, version: 'v1.0.0' });
    [rollout, route] = [objectOf(objects, 'Rollout'), objectOf(objects, 'VirtualService')];
    await apply(objects);
    await cluster.eventually('the first version', async () => (await cluster.get(rollout)).status?.phase === 'Healthy', 90);
    await applyRollout('v2.0.0');
    await cluster.eventually('requests to the second version', async () => (await weights())[1] === 5, 90);
  });

  test('sends all requests back while a version takes over', async () => {
    const [during] = Rollback.ofRollout({ name: rollout.metadata.name, namespace });

    await type([during]);

    await cluster.eventually('the abort', async () => (await cluster.get(rollout)).status.abort === true && (await weights())[1] === 0, 60);
    const { spec, status } = await cluster.get(rollout);
    expect([await weights(), spec.template.metadata.labels[VERSION], status.stableRS === status.currentPodHash]).toEqual([[100, 0], 'v2.0.0', false]);
    const pods = await cluster.list('v1', 'Pod', namespace, { 'rollouts-pod-template-hash': status.stableRS });
    expect(pods.filter((pod) => pod.status.phase === 'Running').map((pod) => pod.metadata.labels[VERSION])).toEqual(['v1.0.0', 'v1.0.0']);
  });

  test('brings the version before back after a bad one took over, without stages', async () => {
    await cluster.server.call('PATCH', `${await cluster.server.pathOf(rollout)}/status`, {
      contentType: 'application/merge-patch+json', body: { status: { abort: null, abortedAt: null, promoteFull: true } },
    });
    await cluster.eventually('the second version everywhere', async () => {
      const { status } = await cluster.get(rollout);
      return status.phase === 'Healthy' && status.stableRS === status.currentPodHash && !status.promoteFull;
    }, 120);
    const [, afterwards] = Rollback.ofRollout({ name: rollout.metadata.name, namespace });
    const second = (await cluster.get(rollout)).status.stableRS;
    // who goes back sooner copies the label of the role with the template, and a template with another label is a version that needs its stages
    await cluster.eventually('the end of its role for the version before', async () => {
      const sets = await cluster.list('apps/v1', 'ReplicaSet', namespace);
      return sets.every(({ metadata, spec }) => metadata.labels['rollouts-pod-template-hash'] === second || !(ROLE in spec.template.metadata.labels));
    }, 60);

    await type([afterwards]);

    await cluster.eventually('the version before everywhere', async () => {
      const { spec, status } = await cluster.get(rollout);
      return spec.template.metadata.labels[VERSION] === 'v1.0.0' && status.phase === 'Healthy' && status.stableRS === status.currentPodHash && status.stableRS !== second;
    }, 120);
    // stages would have asked the Prometheus that is not there
    expect((await cluster.list('argoproj.io/v1alpha1', 'AnalysisRun', namespace)).filter(({ metadata }) => metadata.annotations?.['rollout.argoproj.io/revision'] === '3')).toEqual([]);
  });

  async function applyRollout(version: string): Promise<void> {
    await apply([objectOf(writeCanary({ ...STAGE, namespace, version }).objects, 'Rollout')]);
  }

  async function weights(): Promise<number[]> {
    return (await cluster.get(route)).spec.http[0].route.map(({ weight }: any) => weight);
  }
});

test('a Service of Knative gives all requests to the revision that served before, and the rest of it is as it was', async () => {
  const namespace = await cluster.namespace();
  const manifests = manifestsIn(namespace, (chart) => new KnativeServing(chart, 'Serving', knativeProps({
    release: aRelease({ previousVersion: 'v2.0.0' }),
    traffic: KnativeTraffic.challenge({ championRevision: 'fraud-detection-0a1b2c3d', challengerPercent: 5 }),
  })));
  const service = manifests.find(({ apiVersion }) => apiVersion === 'serving.knative.dev/v1');
  await apply([service]);

  await type(Rollback.ofKnativeService({ name: service.metadata.name, namespace }, 'fraud-detection-0a1b2c3d'));

  const { spec } = await cluster.get(service);
  expect(spec.traffic).toEqual([{ revisionName: 'fraud-detection-0a1b2c3d', latestRevision: false, percent: 100 }]);
  expect(spec.template.metadata).toEqual(expect.objectContaining({ name: service.spec.template.metadata.name }));
});

test('an InferenceService in the Knative mode gives the newest revision nothing', async () => {
  const namespace = await cluster.namespace();
  const manifests = manifestsIn(namespace, (chart) => new KserveServing(chart, 'Serving', kserveProps({
    server: ModelServer.kserve(),
    platform: knativePlatform(),
    mode: KserveMode.knative({ scaling: KnativeScaling.concurrency({ perPod: 8, minReplicas: 0, maxReplicas: 6 }), canaryTrafficPercent: 10 }),
  })));
  const service = objectOf(manifests, 'InferenceService');
  await apply([service]);
  const before = (await cluster.get(service)).spec;
  expect(before.predictor.canaryTrafficPercent).toBe(10);

  await type(Rollback.ofInferenceService({ name: service.metadata.name, namespace }));

  expect((await cluster.get(service)).spec).toEqual({ ...before, predictor: { ...before.predictor, canaryTrafficPercent: 0 } });
});

function manifestsIn(namespace: string, fill: (chart: Chart) => unknown): any[] {
  const chart = new Chart(new App(), 'fraud', { namespace });
  fill(chart);
  return Testing.synth(chart);
}

async function apply(manifests: any[]): Promise<void> {
  for (const manifest of manifests) {
    expect(objectionsTo(await cluster.apply(manifest))).toEqual([]);
  }
}

/** Types what is rendered into a shell, as it stands there. */
async function type(calls: RollbackCall[]): Promise<void> {
  for (const { command } of calls) {
    const path = [dirname(process.env.KUBECTL!), home, process.env.PATH].join(delimiter);
    const [code, said] = await new Promise<[number | null, string]>((resolve, reject) => {
      const shell = spawn('sh', ['-c', command], { env: { ...process.env, PATH: path, HOME: home }, stdio: ['ignore', 'pipe', 'pipe'] });
      let output = '';
      [shell.stdout, shell.stderr].forEach((stream) => stream.on('data', (data) => (output += data)));
      shell.on('error', reject);
      shell.on('close', (status) => resolve([status, output]));
    });
    expect(`${command}: ${code === 0 ? 'done' : said}`).toBe(`${command}: done`);
  }
}
