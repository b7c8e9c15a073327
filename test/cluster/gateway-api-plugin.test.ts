import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { Chart, Duration } from 'cdk8s';
import { parse, stringify } from 'yaml';
import { Cluster } from './harness/cluster';
import { freePorts, Processes } from './harness/processes';
import { Guardrail, GatewayApiPlugin, ImageRef, MlopsApp, ModelServing, PluginBinary, RolloutStrategy, TrafficRouter, Unreachable } from '../../src';
import { DIGEST, OTHER_DIGEST, servingProps } from '../support/fixtures';

/**
 * The real plugin, driven by the real controller. Its module cannot be had from every module proxy, so the program is yours to build:
 * `git clone --branch v0.15.0 https://github.com/argoproj-labs/rollouts-plugin-trafficrouter-gatewayapi`, `CGO_ENABLED=0 go build -o plugin .`,
 * `GATEWAY_API_PLUGIN=$PWD/plugin npm run test:cluster -- gateway-api-plugin`.
 */
const { GATEWAY_API_PLUGIN: plugin = '', ROLLOUTS_CONTROLLER: controller = '', KUBECONFIG: kubeconfig = '' } = process.env;
const INSTANCE = { 'argo-rollouts.argoproj.io/controller-instance-id': 'gateway-api' };

const cluster = new Cluster();
const folder = mkdtempSync(join(tmpdir(), 'gateway-api-plugin-'));
const processes = new Processes(folder);

afterAll(async () => {
  await processes.stop();
  rmSync(folder, { recursive: true });
});

test('the API server accepts a canary by an HTTPRoute without a warning', async () => {
  const namespace = await cluster.namespace();

  for (const object of manifests(namespace, DIGEST)) {
    expect(await cluster.dryRun(object, namespace)).toMatchObject({ status: 201, warnings: [] });
  }
});

(plugin === '' ? test.skip : test)('the real plugin moves the weights of every rule, and back, with the rights that it is given and no others', async () => {
  const namespace = await cluster.namespace();
  const objects = manifests(namespace, DIGEST);
  for (const object of [{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'argo-rollouts', namespace } }, ...objects]) {
    expect(await cluster.apply(object, namespace)).toMatchObject({ status: 201, warnings: [] });
  }
  await startController(namespace);
  const find = (kind: string) => objects.find((object) => object.kind === kind);
  const rollout = async () => cluster.get(find('Rollout'));
  const weights = async () => (await cluster.get(find('HTTPRoute'))).spec.rules.map((rule: any) => rule.backendRefs.map((ref: any) => ref.weight));
  await cluster.eventually('a healthy rollout', async () => (await rollout()).status?.phase === 'Healthy' || JSON.stringify((await rollout()).status), 60);
  expect(await weights()).toEqual([[100, 0], [100, 0]]);

  const [next] = manifests(namespace, OTHER_DIGEST).filter(({ kind }) => kind === 'Rollout');
  expect(await cluster.apply(next, namespace)).toMatchObject({ status: 200 });

  const seen = async () => JSON.stringify(await weights());
  await cluster.eventually('a quarter of the requests for the new version', async () => (await seen()) === '[[75,25],[75,25]]' || seen(), 60);
  expect((await cluster.get(find('HTTPRoute'))).metadata.labels).toMatchObject({ 'rollouts.argoproj.io/gatewayapi-canary': 'in-progress' });
  // nobody answers queries here, so the rollout goes back once its patience is over
  await cluster.eventually('all requests for the version before', async () => (await seen()) === '[[100,0],[100,0]]' || seen(), 60);
  expect((await rollout()).status).toMatchObject({ abort: true, phase: 'Degraded' });
});

function manifests(namespace: string, digest: string): any[] {
  const app = new MlopsApp();
  const chart = new Chart(app, 'fraud', { namespace });
  const live = new ModelServing(chart, 'Fraud', {
    ...servingProps(),
    image: ImageRef.fromDigest('registry.example.com/fraud/server', digest),
    strategy: RolloutStrategy.canary({
      router: TrafficRouter.gatewayApi({ gateways: [{ gatewayName: 'public' }], hosts: ['fraud.example.com'] }),
      guardrails: [Guardrail.throughputAbove(1)],
      minReady: Duration.seconds(1),
      stages: [{ weight: 25, duration: Duration.seconds(10) }, { weight: 100, duration: Duration.seconds(10) }],
      analysis: {
        window: Duration.seconds(4),
        scrapeInterval: Duration.seconds(1),
        interval: Duration.seconds(1),
        onUnreachable: Unreachable.abortAfter(Duration.seconds(10)),
      },
    }),
  });
  live.route!.addMirror({ serviceName: 'shadow', port: 8080, percent: 10, paths: ['/v2'] });
  new GatewayApiPlugin(chart, 'Plugin', { binary: PluginBinary.fromFile(plugin || '/plugins/gatewayapi-plugin'), controllerNamespace: namespace });
  return chart.toJson().map((object: any) => ({ ...object, metadata: { ...object.metadata, labels: { ...object.metadata.labels, ...INSTANCE } } }));
}

/** A controller beside that of the bench: it sees rollouts of its own only, and its plugin is the ServiceAccount that it says. */
async function startController(namespace: string): Promise<void> {
  const [metrics, health] = await freePorts(2);
  const account = `/api/v1/namespaces/${namespace}/serviceaccounts/argo-rollouts/token`;
  const { body } = await cluster.server.call('POST', account, { body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} } });
  const own = join(folder, 'plugin.kubeconfig');
  writeFileSync(own, stringify({ ...parse(readFileSync(kubeconfig, 'utf8')), users: [{ name: 'bench', user: { token: body.status.token } }] }), { mode: 0o600 });
  // it copies its plugins into a folder below the one that it runs in
  processes.start('controller', 'sh', ['-c', `cd ${folder} && exec ${controller} --kubeconfig=${kubeconfig} --namespace=${namespace} --instance-id=gateway-api ` +
    `--leader-elect=false --metricsPort=${metrics} --healthzPort=${health}`], { KUBECONFIG: own, POD_NAMESPACE: namespace });
  await processes.until('health of the controller', async () => (await fetch(`http://127.0.0.1:${health}/healthz`)).ok);
}
