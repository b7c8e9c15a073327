import { Cluster } from './cluster';
import { EFFECTS } from './effects';

/** Whether a check of effects sees what is missing is shown by objects for which something is. */
const cluster = new Cluster();

const container = {
  name: 'drift',
  image: `registry.example.com/drift@sha256:${'a'.repeat(64)}`,
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
};
const podSpec = { restartPolicy: 'Never', securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } }, containers: [container] };
const job = (name: string, spec = {}) => ({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec: { template: { spec: podSpec }, ...spec } });
const cronJob = (name: string, podFields = {}) => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name },
  spec: { schedule: '0 3 1 1 *', jobTemplate: { spec: { template: { spec: { ...podSpec, ...podFields } } } } },
});

async function effectOf(object: any): Promise<true | string> {
  const namespace = await cluster.namespace();
  expect(await cluster.apply(object, namespace)).toMatchObject({ status: 201 });
  let last: true | string = 'not asked';
  const judge = async () => (last = await EFFECTS[object.kind](cluster, await cluster.get(object, namespace)));
  await cluster.eventually('the effect', judge, 5).catch(() => undefined);
  return last;
}

test('a Job makes its pods, which end', async () => {
  expect(await effectOf(job('evaluate'))).toBe(true);
});

test('a CronJob is triggered once, and its pods end', async () => {
  expect(await effectOf(cronJob('drift'))).toBe(true);
});

test('a Job that makes no pods is seen', async () => {
  expect(await effectOf(job('suspended', { suspend: true }))).toMatch(/^0 pods, 0 of 1 succeeded; Suspended=True/);
});

test('a CronJob whose pods no node can hold is seen', async () => {
  expect(await effectOf(cronJob('nowhere', { nodeSelector: { 'kubernetes.io/hostname': 'nowhere' } }))).toMatch(/^1 pods, 0 of 1 succeeded/);
});
