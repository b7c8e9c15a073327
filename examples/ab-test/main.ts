import { Chart, Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import {
  AbMetric, AbSplit, AbTest, GatewayTls, GitOps, Guardrail, ImageRef, InferenceGateway, Ingress, MeshMode, MetricsBackend, MetricType, MlopsApp,
  ModelRef, ModelReleases, ModelServer, ModelServing, Monitoring, PlatformProfile, PolicyPack, RolloutStrategy, Slo, StackReport,
} from 'cdk8s-mlops';

const app = new MlopsApp();
const slo = Slo.of({ latency: { percentile: 95, below: Duration.millis(100) }, errorRatioBelow: 0.01 });
const owner = { team: 'shop-ml', runbookUrl: 'https://runbooks.example.com/ranking', contact: '#shop-ml' };
const platform = PlatformProfile.of({
  metrics: MetricsBackend.kubePrometheus({ release: 'monitoring' }), mesh: MeshMode.istioSidecar({ cni: true }), gitOps: GitOps.argoCd(),
});

// the way in: TLS outside, and a table of which paths lead to which model
const edge = new Chart(app, 'edge', { namespace: 'istio-ingress' });
const gateway = new InferenceGateway(edge, 'Gateway', {
  hosts: ['models.example.com'],
  tls: GatewayTls.certManager({ issuer: 'letsencrypt' }),
  ingress: Ingress.istio({ namespace: 'istio-ingress' }),
});

// each variant is a serving of its own, behind a Service of its own, and watched under a name of its own
const shop = new Chart(app, 'shop', { namespace: 'shop' });
const variants = [
  {
    variantName: 'control',
    name: 'ranking',
    model: ModelRef.champion('ranking'),
    digest: '3d5f8a1c0b9e7d6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f',
  },
  {
    variantName: 'deeper',
    name: 'ranking-deeper',
    model: ModelRef.challenger('ranking'),
    digest: '7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b',
  },
].map(({ variantName, name, model, digest }) => {
  const serving = new ModelServing(shop, variantName, {
    model,
    release: ModelReleases.read(model),
    image: ImageRef.fromDigest('registry.example.com/shop/ranking', `sha256:${digest}`),
    server: ModelServer.mlserver(),
    serviceName: name,
    watchedAs: name,
    replicas: 3,
    resources: { cpu: { request: Cpu.units(1), limit: Cpu.units(2) }, memory: { request: Size.gibibytes(2), limit: Size.gibibytes(2) } },
    warmup: Duration.seconds(30),
    slo,
    owner,
    platform,
    callers: [gateway.peer],
    strategy: RolloutStrategy.rollingUpdate(),
  });
  new Monitoring(shop, `${variantName}-monitoring`, { serving, slo, platform });
  return { variantName, serving };
});

// what the shop counts, by the variant that it reads from the cookie
const counted = (name: string) => ({ name, type: MetricType.COUNTER, labels: ['ranking_variant'] });

const test = new AbTest(shop, 'DeeperRanking', {
  variants,
  router: gateway.routerFor({ paths: ['/v2/models/ranking'] }),
  split: AbSplit.sticky('ranking-variant'),
  // worth knowing: one more visit in two hundred that ends with an order
  metric: AbMetric.proportion({
    successes: counted('shop_orders_total'), trials: counted('shop_visits_total'), variantLabel: 'ranking_variant', baseline: 0.04, effect: 0.005,
  }),
  start: '2030-01-07',
  trialsPerDay: 5000,
  guardrails: [...Guardrail.fromSlo(slo), Guardrail.errorRatioComparedWithStable(0.005)],
  owner,
  platform,
});

PolicyPack.supplyChain().applyTo(app);
PolicyPack.hardening().applyTo(app);
PolicyPack.operations().applyTo(app);
new StackReport(edge, 'Report', { description: 'The way in for callers outside.' });
new StackReport(shop, 'Report', {
  description: `Two rankings before different people, until ${test.end}: the one with more layers has to bring more orders to stay.`,
});

app.synth();
