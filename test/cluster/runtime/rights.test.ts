import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { createServer } from 'net';
import { tmpdir } from 'os';
import { join } from 'path';
import { Chart, Testing } from 'cdk8s';
import { ArgoTrainingPipeline, DriftCronJob, ModelRegistry, NetworkPeer } from '../../../src';
import { driftProps } from '../../support/drift';
import { pipelineProps } from '../../support/training';
import { Cluster } from '../harness/cluster';
import { objectionsTo } from '../harness/describe';
import { actAs, RuntimeProcess, runtimePython } from '../harness/runtime-process';

/**
 * Commands of the runtime as processes, with tokens of rendered ServiceAccounts, against the real API server: what is rendered is enough for them,
 * and not more. The promotions are of a real MLflow server.
 */
const cluster = new Cluster();
jest.setTimeout(600_000);

const MODEL = 'fraud-detection';
const LEASE = `mlops-${MODEL}`;
const RIGHTS = ['ServiceAccount', 'Role', 'RoleBinding'];

let python: string;
let namespace: string;
const folders: string[] = [];

beforeAll(async () => {
  python = runtimePython();
  namespace = await cluster.namespace();
  const chart = new Chart(Testing.app(), 'fraud', { namespace });
  new ArgoTrainingPipeline(chart, 'Pipeline', pipelineProps({ registry: ModelRegistry.fromMlflowUrl('http://mlflow.ml.svc:5000') }));
  new DriftCronJob(chart, 'Drift', driftProps({ apiServer: NetworkPeer.cidr('10.0.0.1/32', 6443) }));
  for (const manifest of Testing.synth(chart).filter(({ kind }) => [...RIGHTS, 'CronJob'].includes(kind))) {
    const objections = objectionsTo(await cluster.apply(manifest));
    if (objections.length > 0) {throw new Error(`${manifest.kind} ${manifest.metadata.name}: ${objections.join('\n')}`);}
  }
});
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

async function folderOf(account: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'cdk8s-mlops-rights-'));
  folders.push(folder);
  await actAs(cluster, namespace, account, folder);
  return folder;
}

/** What the API server says whether an account may do something. */
async function may(account: string, verb: string, group: string, resource: string, name?: string): Promise<boolean> {
  const { body } = await cluster.server.call('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: { user: `system:serviceaccount:${namespace}:${account}`, resourceAttributes: { namespace, verb, group, resource, name } },
    },
  });
  return body.status.allowed;
}

const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];

async function allowed(account: string, group: string, resource: string, name: string): Promise<string[]> {
  const answers = await Promise.all(VERBS.map((verb) => may(account, verb, group, resource, name)));
  return VERBS.filter((_, i) => answers[i]);
}

describe('who promotes', () => {
  const PROMOTER = `${MODEL}-promotion`;
  const lease = () => cluster.get({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: LEASE, namespace } });
  let folder: string;
  beforeAll(async () => {
    folder = await folderOf(PROMOTER);
    // a Lease of two seconds, for which nobody has to wait long
    writeFileSync(join(folder, 'hold.py'), [
      'import sys',
      'from cdk8s_mlops_runtime import lock',
      'lock.LEASE_SECONDS, lock.PATIENCE = 2, float(sys.argv[2])',
      'held = lock.LeaseLock(sys.argv[1])',
      'try:',
      `    with held.held("${MODEL}"):`,
      '        print("holds", flush=True)',
      '        sys.stdin.readline()',
      `        held.require("${MODEL}")`,
      '    print("gave back", flush=True)',
      'except lock.Conflict as told:',
      '    print(told.problem_id, flush=True)',
    ].join('\n'));
  });

  const hold = (patience: number) => new RuntimeProcess(python, ['hold.py', namespace, `${patience}`], folder);
  const untilHeld = (process: RuntimeProcess) => cluster.eventually('that the Lease is held', async () => process.said.includes('holds') || process.said, 120);

  test('holds the Lease alone, for longer than it lasts, and gives it back', async () => {
    const first = hold(60);
    await untilHeld(first);
    const second = hold(6);
    const outcome = await second.ended;
    const during = await lease();
    first.goOn();

    expect(outcome.output).toBe('lock/held\n');
    expect(during.spec).toMatchObject({ leaseDurationSeconds: 2, holderIdentity: expect.stringMatching(/.+/) });
    expect((await first.ended).output).toBe('holds\ngave back\n');
    expect((await lease()).spec.holderIdentity ?? '').toBe('');
  });

  test('is followed when it was killed, once its Lease has run out', async () => {
    const first = hold(60);
    await untilHeld(first);
    first.kill('SIGKILL');
    await first.ended;
    const dead = (await lease()).spec.holderIdentity;
    const second = hold(60);
    await untilHeld(second);
    const { spec: { holderIdentity, renewTime } } = await lease();
    second.goOn();

    expect(dead).not.toBe('');
    expect(holderIdentity).not.toBe(dead);
    expect(Date.now() - Date.parse(renewTime)).toBeLessThan(60_000);
    expect((await second.ended).output).toBe('holds\ngave back\n');
  });

  test('may touch that Lease and nothing else of the cluster', async () => {
    expect(await allowed(PROMOTER, 'coordination.k8s.io', 'leases', LEASE)).toEqual(['get', 'create', 'update']);
    // a name cannot be asked for what is not there yet
    expect(await allowed(PROMOTER, 'coordination.k8s.io', 'leases', 'mlops-churn')).toEqual(['create']);
    expect(await allowed(PROMOTER, 'argoproj.io', 'rollouts', 'fraud')).toEqual([]);
    expect(await allowed(PROMOTER, '', 'secrets', 'git')).toEqual([]);
    expect(await allowed(`${MODEL}-training`, 'coordination.k8s.io', 'leases', LEASE)).toEqual([]);
  });

  test('of two promotions at once in MLflow, one wins and the other says so', async () => {
    const mlflow = await Mlflow.start(folder);
    try {
      const versions = ['a', 'b'].map((content) => {
        writeFileSync(join(folder, `${content}.bin`), content);
        return content;
      });
      const reports: string[] = [];
      for (const [i, content] of versions.entries()) {
        const registered = await mlflow.run('register', MODEL, join(folder, `${content}.bin`), '--git-commit=4b825dc642cb',
          '--data=lakefs:lakefs://fraud-data@5d6e7f8a', '--trained-by=nightly');
        const [, version, artifactSha256] = /\/(\d+) .*?([0-9a-f]{64})/.exec(registered.output) ?? [];
        const report = join(folder, `gate-${i}.json`);
        writeFileSync(report, JSON.stringify({ model: MODEL, version, artifactSha256, verdict: 'passed', champion: null }));
        reports.push(report);
      }

      const outcomes = await Promise.all(reports.map((report, i) =>
        mlflow.run('promote', MODEL, `--version=${i + 1}`, `--gate-report=${report}`, '--by=a test', '--without-record')));
      const audit = await mlflow.run('audit', MODEL);

      expect(outcomes.map(({ code }) => code).sort()).toEqual([0, 3]);
      expect(outcomes.find(({ code }) => code === 3)!.output).toMatch(/the gate compared with 'no champion'|somebody else moved/);
      expect(audit.code).toBe(0);
      expect((await lease()).spec.holderIdentity ?? '').toBe('');
    } finally {
      await mlflow.stop();
    }
  });
});

describe('who checks for drift', () => {
  const CRON_JOB = `${MODEL}-drift`;
  let account: string;
  beforeAll(async () => {
    const job = await cluster.get({ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: CRON_JOB, namespace } });
    account = job.spec.jobTemplate.spec.template.spec.serviceAccountName;
  });

  test('writes an event of the CronJob, which whoever describes it sees', async () => {
    const folder = await folderOf(account);
    const feature = { feature: 'amount', method: 'psi', score: 0.31, threshold: 0.15, driftsIf: 'score > threshold', drifted: true, lostValues: false, missingShareNow: 0 };
    writeFileSync(join(folder, 'features.json'), JSON.stringify({ model: MODEL, check: 'features', verdict: 'drift', samples: 20000, features: [feature] }));

    const { code, output } = await new RuntimeProcess(python,
      ['-m', 'cdk8s_mlops_runtime', 'event', MODEL, `--drift=${join(folder, 'features.json')}`, `--on=${CRON_JOB}`, `--namespace=${namespace}`], folder).ended;

    expect([code, output]).toEqual([0, `${MODEL}: drift in features, written as an event of cronjobs/${CRON_JOB}\n`]);
    const { metadata: { uid } } = await cluster.get({ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: CRON_JOB, namespace } });
    // as kubectl describe asks for them
    const { body } = await cluster.server.call('GET', `/api/v1/namespaces/${namespace}/events`, { query: { fieldSelector: `involvedObject.uid=${uid},reason=DriftDetected` } });
    expect(body.items.map(({ type, message, source, reportingComponent }: any) => [type, message, source?.component || reportingComponent])).toEqual([
      ['Warning', `${MODEL}: 1 of 1 features drifted in 20000 samples: amount (psi 0.31, threshold 0.15)`, 'cdk8s-mlops.io/drift'],
    ]);
  });

  test('may read that CronJob, make events, and nothing else', async () => {
    expect(await allowed(account, 'batch', 'cronjobs', CRON_JOB)).toEqual(['get']);
    expect(await allowed(account, 'batch', 'cronjobs', 'other')).toEqual([]);
    expect(await allowed(account, 'events.k8s.io', 'events', 'any')).toEqual(['create']);
    expect(await allowed(account, '', 'events', 'any')).toEqual([]);
    expect(await allowed(account, 'argoproj.io', 'workflows', 'any')).toEqual([]);
  });
});

/** A real MLflow server on SQLite, with its artifacts beside it. */
class Mlflow {
  public static async start(folder: string): Promise<Mlflow> {
    const port = await freePort();
    const server = new RuntimeProcess(python, [
      '-m', 'mlflow', 'server', '--host=127.0.0.1', `--port=${port}`, '--workers=1', `--backend-store-uri=sqlite:///${folder}/mlflow.db`,
      `--artifacts-destination=${folder}/artifacts`,
    ], folder, { MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false' });
    const url = `http://127.0.0.1:${port}`;
    await cluster.eventually('MLflow', async () => fetch(`${url}/health`).then(({ ok }) => ok, () => server.said.slice(-500) || false), 180);
    return new Mlflow(folder, url, server);
  }

  private constructor(private readonly folder: string, private readonly url: string, private readonly server: RuntimeProcess) {}

  /** A command of the runtime, to its end. */
  public run(...args: string[]): ReturnType<() => RuntimeProcess['ended']> {
    return new RuntimeProcess(python, ['-m', 'cdk8s_mlops_runtime', ...args], this.folder, {
      MLFLOW_TRACKING_URI: this.url, MLOPS_LEASE_NAMESPACE: namespace,
    }).ended;
  }

  public async stop(): Promise<void> {
    this.server.kill('SIGTERM');
    await this.server.ended;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
