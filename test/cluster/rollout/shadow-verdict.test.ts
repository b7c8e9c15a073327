import { App, Chart, Duration, Testing } from 'cdk8s';
import { MetricsBackend, ModelServing, NetworkPeer, PlatformProfile, RolloutStrategy, RuntimeImage, TrafficRouter } from '../../../src';
import { DIGEST, OTHER_DIGEST, servingProps } from '../../support/fixtures';
import { Cluster } from '../harness/cluster';
import { Prometheus } from '../harness/prometheus';

/** What `mlops compare` pushed, asked by the real controller: the comparison of a shadow as a gate. */
const cluster = new Cluster();
const now = Math.floor(Date.now() / 1000);
const HOUR = 3600;
let prometheus: Prometheus;
let namespace: string;

/** Shadows, what was pushed of each and when, and the verdict that has to follow. */
const TRIALS: [string, { agreement?: number; pushed?: number }, string][] = [
  ['agrees', { agreement: 0.985, pushed: now - HOUR }, 'Successful'],
  ['just-agrees', { agreement: 0.98, pushed: now - 35 * HOUR }, 'Successful'],
  ['disagrees', { agreement: 0.979, pushed: now - HOUR }, 'Failed'],
  ['agreed-once', { agreement: 1, pushed: now - 37 * HOUR }, 'Inconclusive'],
  ['had-too-few-pairs', { pushed: now - HOUR }, 'Inconclusive'],
  ['was-never-compared', {}, 'Inconclusive'],
];

beforeAll(async () => {
  [prometheus, namespace] = await Promise.all([Prometheus.reserve(), cluster.namespace()]);
  await prometheus.start({ kubeconfig: process.env.KUBECONFIG!, podMonitors: [], history: scraped() });
});
afterAll(() => prometheus?.stop());

test.each(TRIALS)('a shadow that %s', async (shadow, _pushed, phase) => {
  const { spec } = comparisonOf(shadow);
  const metrics = spec.metrics.filter(({ name }: any) => name === 'agreement');
  const run = { apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisRun', metadata: { name: shadow, namespace }, spec: { ...spec, metrics } };

  expect((await cluster.create(run)).status).toBe(201);

  await cluster.eventually('the end of the analysis', async () => ['Successful', 'Failed', 'Inconclusive', 'Error'].includes((await cluster.get(run)).status?.phase), 60);
  expect((await cluster.get(run)).status.phase).toBe(phase);
});

/** What scrapes of the Pushgateway brought, around now. */
function scraped(): string {
  const family = (name: string, valueOf: (pushed: { agreement?: number; pushed?: number }) => number | undefined) => [
    `# TYPE ${name} gauge`,
    ...TRIALS.filter(([, pushed]) => valueOf(pushed) !== undefined).flatMap(([shadow, pushed]) =>
      Array.from({ length: 20 }, (_, i) => `${name}{job="mlops-compare",model="fraud-detection",shadow="${shadow}"} ${valueOf(pushed)} ${now - 120 + 60 * i}`)),
  ];
  return [...family('shadow_agreement_ratio', ({ agreement }) => agreement), ...family('push_time_seconds', ({ pushed }) => pushed), '# EOF', ''].join('\n');
}

function comparisonOf(shadow: string): any {
  const chart = new Chart(new App(), 'fraud', { namespace });
  const platform = PlatformProfile.of({ metrics: MetricsBackend.kubePrometheus({ release: 'monitoring', url: prometheus.url }) });
  const live = new ModelServing(chart, 'Live', servingProps({ platform, strategy: RolloutStrategy.canary({ router: TrafficRouter.istio() }) }));
  new ModelServing(chart, 'Shadow', servingProps({
    platform,
    serviceName: shadow,
    strategy: RolloutStrategy.shadow({
      live,
      route: live.route,
      until: '2100-12-31',
      analysis: { window: Duration.seconds(2), scrapeInterval: Duration.seconds(1) },
      agreement: {
        image: RuntimeImage.of({ repository: 'registry.example.com/mlops/runtime', smallDigest: DIGEST, fullDigest: OTHER_DIGEST }),
        liveLog: 's3://log/live',
        shadowLog: 's3://log/shadow',
        atLeast: 0.98,
        resources: servingProps().resources,
        pushgatewayUrl: 'http://pushgateway.monitoring.svc:9091',
        pushgatewayAt: NetworkPeer.namespace('monitoring', 9091),
      },
    }),
  }));
  return Testing.synth(chart).find(({ kind, metadata }) => kind === 'AnalysisTemplate' && metadata.name.includes('comparison'));
}
