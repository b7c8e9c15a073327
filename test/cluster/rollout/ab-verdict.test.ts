import { App, Chart, Testing } from 'cdk8s';
import { conversionOf, historyOf, Sales, Shop } from './shop';
import { AbSplit, AbTest, MetricsBackend, ModelServing, PlatformProfile, TrafficRouter } from '../../../src';
import { servingProps } from '../../support/fixtures';
import { objectOf } from '../../support/manifests';
import { Cluster } from '../harness/cluster';
import { Prometheus } from '../harness/prometheus';

/** The real Prometheus knows what some shops sold, and the real controller decides which variant has won. */
const cluster = new Cluster();
const now = Math.floor(Date.now() / 1000);
let prometheus: Prometheus;
let namespace: string;

const dayOf = (days: number) => new Date((now + days * 86_400) * 1000).toISOString().slice(0, 10);

/** What a test is told, what it must say, and how many standard errors the treatment is better: `proportions_ztest` of statsmodels. */
interface Trial {
  readonly name: string;
  readonly variants: { [variantName: string]: Sales };
  readonly phase: string;
  readonly score?: number;
  readonly start?: string;
}

const control = { visits: 7000, orders: 280 };
const TRIALS: Trial[] = [
  { name: 'better', variants: { control, next: { visits: 7000, orders: 385 } }, phase: 'Successful', score: 4.172016181891479 },
  { name: 'worse', variants: { control, next: { visits: 7000, orders: 210 } }, phase: 'Failed', score: -3.2191138998982525 },
  { name: 'as_good', variants: { control, next: { visits: 7000, orders: 287 } }, phase: 'Failed', score: 0.3001124560573785 },
  { name: 'no_order', variants: { control, next: { visits: 7000 } }, phase: 'Failed', score: -16.90308509457033 },
  { name: 'too_few', variants: { control, next: { visits: 6000, orders: 400 } }, phase: 'Inconclusive' },
  { name: 'one_only', variants: { control }, phase: 'Inconclusive' },
  { name: 'nobody', variants: {}, phase: 'Inconclusive' },
  { name: 'too_early', variants: { control: { visits: 70000, orders: 2800 }, next: { visits: 70000, orders: 3850 } }, phase: 'Inconclusive', start: dayOf(-3) },
];
const shopOf = ({ name, variants, start = dayOf(-8) }: Trial): Shop => ({ name, variants, start });

beforeAll(async () => {
  [prometheus, namespace] = await Promise.all([Prometheus.reserve(), cluster.namespace()]);
  const three = { name: 'three', start: dayOf(-8), variants: { control: { visits: 9000, orders: 360 }, next: { visits: 9000, orders: 495 }, other: { visits: 9000, orders: 360 } } };
  await prometheus.start({ kubeconfig: process.env.KUBECONFIG!, podMonitors: [], history: historyOf([...TRIALS.map(shopOf), three], now) });
});
afterAll(() => prometheus?.stop());

test.each(TRIALS)('$name: $phase', async (trial) => {
  const { spec } = decisionOf(shopOf(trial));

  const { status } = await decided(trial.name, spec);

  expect([status.phase, status.metricResults.map(({ name, phase }: any) => [name, phase])]).toEqual([trial.phase, [['next', trial.phase]]]);
  const answer = await prometheus.query(spec.metrics[0].provider.prometheus.query);
  expect(answer.map(({ value }) => value)).toEqual(trial.score === undefined ? [] : [expect.closeTo(trial.score, 1)]);
});

test('each treatment has a verdict of its own', async () => {
  const { spec } = decisionOf({ name: 'three', start: dayOf(-8), variants: { control, next: control, other: control } });

  const { status } = await decided('three', spec);

  expect(status.metricResults.map(({ name, phase }: any) => [name, phase]).sort()).toEqual([['next', 'Successful'], ['other', 'Failed']]);
});

/** The template of a test of a week. */
function decisionOf({ name, start, variants }: Shop): any {
  const chart = new Chart(new App(), 'shop', { namespace });
  const names = Object.keys(variants).length > 2 ? Object.keys(variants) : ['control', 'next'];
  new AbTest(chart, 'Test', {
    variants: names.map((variantName) => ({
      variantName, serving: new ModelServing(chart, variantName, servingProps({ serviceName: variantName })),
    })),
    router: TrafficRouter.istio(),
    split: AbSplit.header('x-variant'),
    metric: conversionOf(name),
    start,
    trialsPerDay: 2000 * names.length,
    owner: servingProps().owner,
    platform: PlatformProfile.of({ metrics: MetricsBackend.kubePrometheus({ release: 'monitoring', url: prometheus.url }) }),
  });
  return objectOf(Testing.synth(chart), 'AnalysisTemplate');
}

/** An analysis of the template as it is, when it has ended. */
async function decided(name: string, spec: any): Promise<any> {
  const run = { apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisRun', metadata: { name: name.replace(/_/g, '-'), namespace }, spec };
  expect((await cluster.create(run)).status).toBe(201);
  await cluster.eventually('the end of the analysis', async () => ['Successful', 'Failed', 'Inconclusive', 'Error'].includes((await cluster.get(run)).status?.phase), 60);
  return cluster.get(run);
}
