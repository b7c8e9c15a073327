import { withWindow } from '../../../src/private/promql/grafana';
import { parsePromql } from '../../../src/private/promql/parse';
import { ApiServer } from '../harness/api-server';
import { bundleOf, exampleSource, fixtureSource, Source } from '../harness/bundle';
import { Cluster } from '../harness/cluster';
import { ClusterMetrics } from '../harness/cluster-metrics';
import { FakeModels } from '../harness/fake-models';
import { Prometheus } from '../harness/prometheus';

/**
 * The real Prometheus, configured by the Prometheus operator's own generator from our PodMonitors, with our rules loaded, asked every question that
 * we synthesize.
 */
const cluster = new Cluster();
const server = ApiServer.fromEnvironment();
let models: FakeModels;
let usage: ClusterMetrics;
let prometheus: Prometheus;

/** One stack that runs in a namespace of its own. */
interface Watching {
  readonly namespace: string;
  readonly objects: any[];
}

/** Something that Prometheus is asked. */
interface Question {
  readonly name: string;
  readonly expr: string;
}

const SCRAPE_SECONDS = 1;

/** The controller itself is scraped. */
const rolloutsMetrics = process.env.ROLLOUTS_METRICS ?? '127.0.0.1:8090';

/** Alerts of every model. All is well, so none of them answers anything. */
const ALERTS = [
  'ErrorBudgetBurnFast', 'ErrorBudgetBurn', 'ErrorBudgetBurnSlow', 'LatencyBudgetBurnFast', 'LatencyBudgetBurn', 'LatencyBudgetBurnSlow',
  'TargetsAbsent', 'TargetDown', 'RequestMetricsAbsent', 'RequestsStopped', 'MemoryNearLimit', 'ContainerRestarts', 'CpuThrottled',
];

/** Alerts of models that roll out stage by stage: each looks for a phase that does not hold while all is well. */
const ROLLOUT_ALERTS = ['RolloutAborted', 'RolloutWaitsForPerson', 'RolloutFailed', 'RolloutStuck', 'RolloutMetricsAbsent'];

/** Alerts of models that export predictions. */
const PREDICTION_ALERTS = ['PredictionsNotRecorded'];

const STACKS: [string, Source, string][] = [
  ['the minimum viable example', exampleSource('minimum-viable'), 'fraud'],
  ['a canary behind Istio', fixtureSource('canary'), 'fixture-istio'],
  ['a canary by replicas', fixtureSource('canary'), 'fixture-replicas'],
  ['a lenient canary', fixtureSource('canary'), 'fixture-lenient'],
];
const stacks = new Map<string, Watching>();

beforeAll(async () => {
  [models, usage, prometheus] = await Promise.all([FakeModels.start(server), ClusterMetrics.start(server), Prometheus.reserve()]);
  for (const [name, source, home] of STACKS) {
    const namespace = await cluster.namespace();
    stacks.set(name, { namespace, objects: moved(bundleOf(source).objects.map(({ manifest }) => manifest), home, namespace) });
  }
  await Promise.all([...stacks.values()].map(({ objects }) => applyAll(objects)));
  const everything = [...stacks.values()].flatMap(({ objects }) => objects);
  await prometheus.start({
    kubeconfig: process.env.KUBECONFIG!,
    podMonitors: everything.filter(({ kind }) => kind === 'PodMonitor'),
    // the operator writes a file for each object, in which names of groups are its own; here all are in one
    ruleGroups: everything.filter(({ kind }) => kind === 'PrometheusRule').flatMap(({ metadata, spec }) =>
      spec.groups.map((group: any) => ({ ...group, name: `${metadata.namespace} ${group.name}` }))),
    // a ServiceMonitor as the chart of Argo Rollouts makes it does not honor labels
    scrapeConfigs: [usage.scrapeConfig, { job_name: 'argo-rollouts', static_configs: [{ targets: [rolloutsMetrics], labels: { namespace: 'argo-rollouts' } }] }],
    scrapeEvery: `${SCRAPE_SECONDS}s`,
    proxyUrl: models.url,
  });
  await cluster.eventually('a second scrape of every pod, and two rounds of the rules after it', async () => everythingIsWatched(), 90);
});
afterAll(() => Promise.all([models?.stop(), usage?.stop(), prometheus?.stop()]));

describe.each(STACKS)('%s', (name) => {
  const stack = () => stacks.get(name)!;

  test('every pod is scraped on every port that the PodMonitor names, and nothing else', async () => {
    const pods = await running(stack());
    const [{ spec }] = stack().objects.filter(({ kind }) => kind === 'PodMonitor');
    const expected = pods.flatMap(({ metadata }) => spec.podMetricsEndpoints.map(({ port }: any) => `${metadata.name}:${port}`));

    const up = await prometheus.query(`up{namespace="${stack().namespace}"}`);

    expect(up.map(({ metric, value }) => `${metric.pod}:${metric.endpoint}${value === 1 ? '' : ' is down'}`).sort()).toEqual(expected.sort());
  });

  test('series carry the labels of their target and those that the PodMonitor adds, and no others', async () => {
    const [pod] = await running(stack());

    const [{ metric }] = await prometheus.query(`model_inference_requests_total{namespace="${stack().namespace}",pod="${pod.metadata.name}"}`);

    const hash = pod.metadata.labels['rollouts-pod-template-hash'];
    expect(metric).toEqual({
      __name__: 'model_inference_requests_total',
      namespace: stack().namespace,
      pod: pod.metadata.name,
      container: pod.spec.containers.find(({ ports }: any) => ports?.some(({ name: port }: any) => port === 'metrics')).name,
      endpoint: 'metrics',
      job: `${stack().namespace}/${stack().objects.find(({ kind }) => kind === 'PodMonitor').metadata.name}`,
      instance: `${pod.status.podIP}:9090`,
      cdk8s_mlops_io_model: 'fraud-detection',
      cdk8s_mlops_io_model_version: pod.metadata.labels['cdk8s-mlops.io/model-version'],
      ...(hash ? { rollouts_pod_template_hash: hash } : {}),
    });
  });

  test('every panel, recording rule and guardrail answers', async () => {
    const questions = [...panelsOf(stack()), ...rulesOf(stack(), 'record'), ...await guardrailsOf(stack())];
    expect(questions.length).toBeGreaterThan(30);

    expect(await without(questions)).toEqual([]);
  });

  test('alerts are silent, and each selector of theirs finds its series', async () => {
    const alerts = rulesOf(stack(), 'alert');
    const [{ spec: { template } }] = stack().objects.filter(({ kind }) => ['Deployment', 'Rollout'].includes(kind));
    const selectors = alerts.filter(({ expr }) => !expr.includes('phase=~')).flatMap(({ name: alert, expr }) => selectorsOf(expr).map((selector) => ({ name: alert, expr: selector })));

    expect(alerts.map(({ name: alert }) => alert)).toEqual([...ALERTS, ...name === 'the minimum viable example' ? PREDICTION_ALERTS : ROLLOUT_ALERTS]);
    expect((await without(alerts)).map((silent) => silent.split(': ')[0])).toEqual(alerts.map(({ name: alert }) => alert));
    // nobody counts restarts of init containers where there are none
    expect(await without(selectors)).toEqual(template.spec.initContainers
      ? [] : [`ContainerRestarts: kube_pod_init_container_status_restarts_total{namespace="${stack().namespace}"}`]);
  });
});

test('Prometheus evaluates every rule without an error or a warning', async () => {
  const { groups } = await prometheus.ask('rules');
  const rules = groups.flatMap((group: any) => group.rules);
  const loaded = [...stacks.values()].flatMap((stack) => [...rulesOf(stack, 'record'), ...rulesOf(stack, 'alert')]);

  expect(rules.length).toBe(loaded.length);
  expect(rules.filter(({ health }: any) => health !== 'ok').map(({ name, lastError }: any) => `${name}: ${lastError}`)).toEqual([]);
});

/** The same objects in another namespace, where queries name it, too. */
function moved(objects: any[], from: string, to: string): any[] {
  const mine = objects.filter(({ metadata }) => metadata.namespace === from);
  return JSON.parse(JSON.stringify(mine).replaceAll(`"namespace":"${from}"`, `"namespace":"${to}"`).replaceAll(`namespace=\\"${from}\\"`, `namespace=\\"${to}\\"`)
    .replaceAll(`namespace=\\\\\\"${from}\\\\\\"`, `namespace=\\\\\\"${to}\\\\\\"`));
}

async function applyAll(objects: any[]): Promise<void> {
  for (const object of objects) {
    expect(await cluster.apply(object)).toMatchObject({ status: 201, warnings: [] });
  }
}

async function running({ namespace }: Watching): Promise<any[]> {
  return (await cluster.list('v1', 'Pod', namespace)).filter(({ status, metadata }) => status.phase === 'Running' && !metadata.deletionTimestamp);
}

async function everythingIsWatched(): Promise<true | string> {
  for (const { namespace, objects } of stacks.values()) {
    const [workload] = objects.filter(({ kind }) => ['Deployment', 'Rollout'].includes(kind));
    const scraped = await prometheus.query(`count(count_over_time(model_inference_requests_total{namespace="${namespace}"}[1m]) > 2)`);
    if (scraped[0]?.value !== workload.spec.replicas) {return `${scraped[0]?.value ?? 0} of ${workload.spec.replicas} pods of ${namespace} were scraped twice`;}
    const budget = await prometheus.query(`model:request_errors:budget_left_ratio30d{namespace="${namespace}"}`);
    if (budget.length === 0) {return `no budget is recorded in ${namespace} yet`;}
  }
  return true;
}

/** What of these answers no series, with its words. */
async function without(questions: Question[]): Promise<string[]> {
  const answers = await Promise.all(questions.map(async ({ name, expr }) => ({ name, expr, samples: await prometheus.query(expr) })));
  return answers.filter(({ samples }) => samples.length === 0).map(({ name, expr }) => `${name}: ${expr}`);
}

function panelsOf({ objects }: Watching): Question[] {
  const dashboards = objects.filter(({ kind, metadata }) => kind === 'ConfigMap' && metadata.labels?.grafana_dashboard);
  return dashboards.flatMap(({ data }) => Object.values<string>(data)).flatMap((text) => JSON.parse(text).panels)
    .flatMap(({ title, targets = [] }) => targets.map(({ expr }: any) => ({ name: `panel ${title}`, expr: withWindow(expr, `${4 * SCRAPE_SECONDS}s`) })));
}

function rulesOf({ objects }: Watching, kind: 'record' | 'alert'): Question[] {
  return objects.filter((object) => object.kind === 'PrometheusRule').flatMap(({ spec }) => spec.groups).flatMap(({ rules }) => rules)
    .filter((rule) => rule[kind]).map((rule) => ({ name: rule[kind], expr: rule.expr }));
}

/** What the analyses ask, of the version that runs: it is the new and the stable one at once. */
async function guardrailsOf({ namespace, objects }: Watching): Promise<Question[]> {
  const templates = objects.filter(({ kind }) => kind === 'AnalysisTemplate');
  if (templates.length === 0) {return [];}
  const [rollout] = await cluster.list('argoproj.io/v1alpha1', 'Rollout', namespace);
  return templates.flatMap(({ spec }) => spec.metrics)
    // asked for by the fixture, exported by nobody here
    .filter(({ name }) => !name.startsWith('approved'))
    .map(({ name, provider }) => ({ name: `guardrail ${name}`, expr: provider.prometheus.query.replace(/\{\{args\.(canary|stable)-hash\}\}/g, rollout.status.currentPodHash) }));
}

/** The selectors of an expression, without ranges and offsets. */
function selectorsOf(expr: string): string[] {
  const found = new Set<string>();
  const collect = (part: any) => {
    if (part?.kind === 'selector') {
      found.add(part.source);
    } else if (part && typeof part === 'object') {
      Object.values(part).flat().forEach(collect);
    }
  };
  collect(parsePromql(expr));
  return [...found];
}
