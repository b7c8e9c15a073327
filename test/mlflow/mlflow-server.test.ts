import { mkdirSync, mkdtempSync, rmSync } from 'fs';
import { request } from 'http';
import { tmpdir } from 'os';
import { join } from 'path';
import { App, Chart, Testing } from 'cdk8s';
import { freePort, Pod } from './harness/pod';
import { python } from './harness/python';
import { execute } from './harness/script';
import { keysIn, Neighbour, objectStore, postgres, postgresPrograms } from './harness/servers';
import { ImageRef, MlflowArtifacts, MlflowAuth, MlflowDatabase, MlflowServer, MlflowServerProps, NetworkPeer, SecretRef } from '../../src';
import { aPlatform, DIGEST } from '../support/fixtures';
import { objectOf } from '../support/manifests';

/** What the real server does with the arguments and the environment that are rendered. */
const BUCKET = 'registry';
const interpreter = python();
let folder: string;
let store: Neighbour;
let ports: { [port: string]: number };

beforeAll(async () => {
  store = await objectStore(interpreter, BUCKET);
});
afterAll(() => store?.stop());

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mlflow-'));
  mkdirSync(join(folder, 'tmp'));
  ports = { 5000: await freePort(), 5001: await freePort() };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const user = { adminUsername: SecretRef.existing('mlflow', 'user'), adminPassword: SecretRef.existing('mlflow', 'password'), sessionKey: SecretRef.existing('mlflow', 'key') };
const secrets = {
  'mlflow/user': 'ada', 'mlflow/password': 'a long enough password', 'mlflow/key': 'k', 'bucket/id': 'test', 'bucket/secret': 'test',
};
const LOGIN = `Basic ${Buffer.from('ada:a long enough password').toString('base64')}`;
const RUNS = '/api/2.0/mlflow/experiments/search';

function serverWith(overrides: Partial<MlflowServerProps>): { server: MlflowServer; manifests: any[] } {
  const chart = new Chart(new App(), 'mlops', { namespace: 'mlops' });
  const server = new MlflowServer(chart, 'Mlflow', {
    image: ImageRef.fromDigest('ghcr.io/mlflow/mlflow', DIGEST),
    database: MlflowDatabase.sqlite(),
    artifacts: MlflowArtifacts.s3(`s3://${BUCKET}/mlflow`, {
      region: 'us-east-1', endpointUrl: store.url, accessKeyId: SecretRef.existing('bucket', 'id'), secretAccessKey: SecretRef.existing('bucket', 'secret'),
    }),
    auth: MlflowAuth.basic(user),
    owner: { team: 'ml-platform', runbookUrl: 'https://runbooks.example.com/mlflow' },
    platform: aPlatform(),
    hosts: ['mlflow.example.com'],
    ...overrides,
  });
  return { server, manifests: Testing.synth(chart) };
}

function podOf(spec: any, more: { [reference: string]: string } = {}): Pod {
  return new Pod(spec, { python: interpreter, folder, ports, secrets: { ...secrets, ...more } });
}

/** The status of an answer to somebody who calls by a name; `fetch` would not let us choose the host. */
function status(path: string, host: string, headers: { [name: string]: string } = {}, method = 'GET'): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port: ports[5000], method, path, agent: false, headers: { Host: host, ...headers } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode!);
    });
    call.on('error', reject);
    call.end();
  });
}

describe('to try it out: SQLite, users of its own', () => {
  let pod: Pod;

  test('names, logins, metrics, artifacts and aliases work as rendered', async () => {
    const { server, manifests } = serverWith({});
    const { spec } = objectOf(manifests, 'Deployment').spec.template;
    pod = podOf(spec);
    await pod.serve();
    const port = ports[5000];

    const inside = ['mlflow', 'mlflow.mlops', 'mlflow.mlops.svc', 'mlflow.mlops.svc.cluster.local'].flatMap((host) => [host, `${host}:${port}`]);
    const named = [...inside, 'mlflow.example.com', 'mlflow.example.com:443', `10.244.3.17:${port}`, `172.31.0.9:${port}`, `[fd00:42::9]:${port}`, `localhost:${port}`];
    for (const host of named) {
      expect([host, await status(RUNS, host)]).toEqual([host, 401]);
    }
    for (const host of ['evil.example', `10.evil.example:${port}`, `172.32.0.9:${port}`, 'mlflow.other', `mlflow.mlops.svc.evil.example:${port}`]) {
      expect([host, await status(RUNS, host, { Authorization: LOGIN })]).toEqual([host, 403]);
    }

    expect(await status('/health', 'evil.example')).toBe(200);
    expect(await status(`${RUNS}?max_results=1`, 'mlflow', { Authorization: LOGIN })).toBe(200);
    expect(await status(RUNS, 'mlflow', { Authorization: `Basic ${Buffer.from('ada:wrong').toString('base64')}` })).toBe(401);

    const change = { 'Authorization': LOGIN, 'Content-Type': 'application/json', 'Content-Length': '0' };
    const create = '/api/2.0/mlflow/experiments/create';
    expect(await status(create, 'mlflow.example.com', { ...change, Origin: 'https://mlflow.example.com' }, 'POST')).toBe(400);
    expect(await status(create, 'mlflow.example.com', { ...change, Origin: 'https://evil.example' }, 'POST')).toBe(403);

    // what a workload is given, and nothing else: no right on the bucket
    const env = { ...server.environment, MLFLOW_TRACKING_URI: `http://127.0.0.1:${port}`, MLFLOW_TRACKING_USERNAME: 'ada', MLFLOW_TRACKING_PASSWORD: 'a long enough password' };
    expect(Object.keys(server.secretEnvironment)).toEqual(['MLFLOW_TRACKING_USERNAME', 'MLFLOW_TRACKING_PASSWORD']);
    const told = await execute(interpreter, CLIENT, [folder], env);
    expect(told.trim().split('\n').slice(-2)).toEqual(['version 1', 'artifact weights']);
    expect((await keysIn(store, BUCKET)).filter((key) => /^mlflow\/1\/.*\/model\.tar$/.test(key))).toHaveLength(1);

    const [endpoint] = objectOf(manifests, 'PodMonitor').spec.podMetricsEndpoints;
    expect(endpoint).toMatchObject({ port: 'http', path: '/metrics', basicAuth: { username: { name: 'mlflow', key: 'user' }, password: { name: 'mlflow', key: 'password' } } });
    expect(await status(endpoint.path, `10.244.3.17:${port}`)).toBe(401);
    const page = await (await fetch(`http://127.0.0.1:${port}${endpoint.path}`, { headers: { Authorization: LOGIN } })).text();
    for (const { name } of server.exported) {
      expect(page).toMatch(new RegExp(`^${name}(_count)?\\{.*status="200".*\\}`, 'm'));
    }
  });

  afterEach(() => pod?.stop());
});

test('a database of an older version is migrated before the server starts', async () => {
  const { spec } = objectOf(serverWith({ auth: MlflowAuth.none('a test') }).manifests, 'Deployment').spec.template;
  const pod = podOf(spec);
  const uri = `sqlite:///${join(folder, 'mlflow', 'mlflow.db')}`;
  const [before] = (await execute(interpreter, BEHIND, [uri, 'older'], { MLFLOW_DISABLE_TELEMETRY: 'true' })).trim().split('\n').slice(-1);
  expect(before).toMatch(/^behind [1-9]/);

  await pod.start();

  expect((await execute(interpreter, BEHIND, [uri], { MLFLOW_DISABLE_TELEMETRY: 'true' })).trim()).toBe('behind 0');
});

const CLIENT = `
import pathlib, sys, mlflow
from mlflow import MlflowClient
folder = pathlib.Path(sys.argv[1])
(folder / 'model.tar').write_text('weights')
mlflow.set_experiment('fraud')
with mlflow.start_run() as run:
    mlflow.log_artifact(str(folder / 'model.tar'))
client = MlflowClient()
client.create_registered_model('fraud')
version = client.create_model_version('fraud', source=run.info.artifact_uri, run_id=run.info.run_id)
client.set_registered_model_alias('fraud', 'champion', version.version)
print('version', client.get_model_version_by_alias('fraud', 'champion').version)
path = mlflow.artifacts.download_artifacts(artifact_uri=f"{client.get_model_version_download_uri('fraud', '1')}/model.tar", dst_path=str(folder / 'got'))
print('artifact', pathlib.Path(path).read_text())
`;

const BEHIND = `
import sys, sqlalchemy
from alembic import command
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from mlflow.store.db.utils import _get_alembic_config
engine = sqlalchemy.create_engine(sys.argv[1])
config = _get_alembic_config(sys.argv[1])
revisions = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
if len(sys.argv) > 2:
    from mlflow.store.tracking.dbmodels.initial_models import Base
    Base.metadata.create_all(engine)
    command.upgrade(config, revisions[3])
with engine.connect() as connection:
    print('behind', revisions.index(MigrationContext.configure(connection).get_current_revision()))
`;

const programs = postgresPrograms();
const describeWithPostgres = programs || process.env.CI_NO_SKIP ? describe : describe.skip;

describeWithPostgres('in production: PostgreSQL, two replicas', () => {
  let database: Neighbour;

  test('the migration makes all tables, replicas share them, and what was deleted goes for good with the rights of the collection', async () => {
    if (!programs) {throw new Error('no PostgreSQL on the path, and CI_NO_SKIP is set');}
    database = await postgres(programs, folder);
    const { manifests } = serverWith({
      database: MlflowDatabase.postgres(SecretRef.existing('database', 'uri'), NetworkPeer.pods({ labels: { app: 'postgres' }, ports: [5432] })),
      garbageCollection: {},
    });
    const uri = { 'database/uri': database.url };
    const { spec } = objectOf(manifests, 'Deployment').spec.template;

    await podOf(objectOf(manifests, 'Job').spec.template.spec, uri).run();
    const first = podOf(spec, uri);
    await first.serve();
    const again = ports;
    ports = { 5000: await freePort(), 5001: await freePort() };
    const second = podOf(spec, uri);
    await second.serve();

    const client = (port: number) => ({
      MLFLOW_TRACKING_URI: `http://127.0.0.1:${port}`,
      MLFLOW_TRACKING_USERNAME: 'ada',
      MLFLOW_TRACKING_PASSWORD: 'a long enough password',
      MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD: 'false',
      MLFLOW_DISABLE_TELEMETRY: 'true',
    });
    expect(await execute(interpreter, CLIENT, [folder], client(again[5000]))).toContain('artifact weights');
    const doomed = (await execute(interpreter, DELETE, [], client(ports[5000]))).trim().split('\n').pop()!;
    const keysOf = async () => (await keysIn(store, BUCKET)).filter((key) => key.includes(doomed));
    expect(await keysOf()).toHaveLength(1);

    const collection = objectOf(manifests, 'CronJob').spec.jobTemplate.spec.template.spec;
    const now = JSON.parse(JSON.stringify(collection).replace('--older-than=30d', '--older-than=0m0s'));
    const told = await podOf(now, uri).run();

    expect(told).toContain(`Run with ID ${doomed} has been permanently deleted.`);
    expect(await keysOf()).toEqual([]);
    await Promise.all([first.stop(), second.stop()]);
  });

  afterEach(() => database?.stop());
});

const DELETE = `
import mlflow
from mlflow import MlflowClient
run = mlflow.search_runs(experiment_names=['fraud'], output_format='list')[0]
MlflowClient().delete_run(run.info.run_id)
print(run.info.run_id)
`;
