import { App, Chart, Duration, Testing } from 'cdk8s';
import {
  AbMetric, AbSplit, AbTest, AbTestProps, Artifacts, Findings, GatewayTls, Guardrail, InferenceGateway,
  Ingress, MetricsBackend, MetricType, ModelServing,
  PlatformProfile, TrafficRouter,
} from '../../src';
import { aPlatform, servingProps } from '../support/fixtures';
import { objectOf } from '../support/manifests';

const counter = (name: string) => ({ name, type: MetricType.COUNTER, labels: ['variant'] });
const conversion = AbMetric.proportion({
  successes: counter('orders_total'), trials: counter('visits_total'), variantLabel: 'variant', baseline: 0.04, effect: 0.01,
});

function make(overrides: Partial<AbTestProps> = {}, names = ['control', 'next'], namespace: string | null = 'shop') {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: namespace ?? undefined });
  const variants = names.map((variantName, i) => ({ variantName, serving: new ModelServing(chart, `Serving${i}`, servingProps({ serviceName: `ranker-${variantName}`, watchedAs: `ranker-${variantName}` })) }));
  const test = new AbTest(chart, 'Test', {
    variants,
    router: TrafficRouter.istio(),
    split: AbSplit.header('X-Variant'),
    metric: conversion,
    start: '2027-01-04',
    trialsPerDay: 2000,
    owner: servingProps().owner,
    platform: aPlatform(),
    ...overrides,
  });
  return { app, chart, test, manifests: () => Testing.synth(chart) };
}

describe('the plan', () => {
  test('follows from the effect, in whole weeks', () => {
    const { test } = make();

    expect([test.trialsPerVariant, test.days, test.end]).toEqual([6745, 7, '2027-01-11']);
  });

  test('shares the doubt out between treatments, and lasts as long as the smallest share needs', () => {
    const { test } = make({}, ['control', 'next', 'other']);

    expect(test.trialsPerVariant).toBeGreaterThan(6745);
    expect(test.days).toBe(14);
  });

  test('of a mean follows from its deviation', () => {
    const metric = AbMetric.mean({ sum: counter('basket_sum'), count: counter('basket_count'), variantLabel: 'variant', standardDeviation: 20, effect: -2 });
    const { test, manifests } = make({ metric });
    const [{ provider }] = objectOf(manifests(), 'AnalysisTemplate').spec.metrics;

    expect(test.trialsPerVariant).toBe(1570);
    expect(provider.prometheus.query).toContain('(-1 * (sum(increase(basket_sum{variant="next"}[7d] @ 1799625600))');
    expect(provider.prometheus.query).toContain('(20 * sqrt(1 / ');
  });
});

describe('trials of each variant are those of statsmodels', () => {
  const parts = { variantLabel: 'variant', successes: counter('orders_total'), trials: counter('visits_total') };

  // samplesize_proportions_2indep_onetail(alternative='two-sided'), rounded up
  test.each([
    [0.04, 0.01, 0.05, 0.8, 6745],
    [0.04, 0.01, 0.025, 0.8, 8169],
    [0.2, -0.05, 0.01, 0.9, 1717],
    [0.5, 0.002, 0.05, 0.8, 981105],
    [0.001, 0.0005, 0.05, 0.95, 129782],
  ])('of a share of %d with an effect of %d at significance %d and power %d', (baseline, effect, significance, power, expected) => {
    const metric = AbMetric.proportion({ ...parts, baseline, effect });

    expect(make({ metric, significance, power, trialsPerDay: 1e6 }).test.trialsPerVariant).toBe(expected);
  });

  // NormalIndPower().solve_power(alternative='two-sided'), rounded up
  test.each([
    [2, 20, 0.05, 0.8, 1570],
    [-2, 20, 0.05, 0.8, 1570],
    [0.1, 1, 0.01, 0.9, 2976],
    [5, 12, 0.0166666666, 0.95, 188],
  ])('of a mean with an effect of %d and a deviation of %d at significance %d and power %d', (effect, standardDeviation, significance, power, expected) => {
    const metric = AbMetric.mean({ sum: counter('basket_sum'), count: counter('basket_count'), variantLabel: 'variant', standardDeviation, effect });

    expect(make({ metric, significance, power, trialsPerDay: 1e6 }).test.trialsPerVariant).toBe(expected);
  });
});

describe('who gets what', () => {
  test('a header names the variant, and who sends none gets the control', () => {
    const { hosts, http } = objectOf(make().manifests(), 'VirtualService').spec;

    expect(hosts).toEqual(['ranker-control']);
    expect(http).toEqual([
      { name: 'variant-next', match: [{ headers: { 'x-variant': { exact: 'next' } } }], route: [{ destination: { host: 'ranker-next', port: { number: 8080 } } }] },
      { name: 'newcomers', route: [{ destination: { host: 'ranker-control', port: { number: 8080 } } }] },
    ]);
  });

  test('a cookie remembers what chance has chosen', () => {
    const { http } = objectOf(make({ split: AbSplit.sticky('ab-ranker', Duration.days(30)) }).manifests(), 'VirtualService').spec;

    expect(http.map(({ name, match }: any) => [name, match?.[0].headers.cookie.regex])).toEqual([
      ['variant-control', '(.*; ?)?ab-ranker=control(;.*)?'], ['variant-next', '(.*; ?)?ab-ranker=next(;.*)?'], ['newcomers', undefined],
    ]);
    expect(http[2].route.map(({ weight, headers }: any) => [weight, headers.response.add['set-cookie']])).toEqual([
      [50, 'ab-ranker=control; Max-Age=2592000; Path=/; HttpOnly; Secure; SameSite=Lax'], [50, 'ab-ranker=next; Max-Age=2592000; Path=/; HttpOnly; Secure; SameSite=Lax'],
    ]);
  });

  test('on the Gateway API by a header', () => {
    const { rules } = objectOf(make({ router: TrafficRouter.gatewayApi({ gateways: [{ gatewayName: 'public' }], paths: ['/rank'] }) }).manifests(), 'HTTPRoute').spec;

    expect(rules[0].matches).toEqual([{ path: { type: 'PathPrefix', value: '/rank' }, headers: [{ type: 'Exact', name: 'X-Variant', value: 'next' }] }]);
    expect(rules.map(({ backendRefs }: any) => backendRefs[0].name)).toEqual(['ranker-next', 'ranker-control']);
    expect(objectOf(make({ router: TrafficRouter.gatewayApi({ callersInMesh: true }) }).manifests(), 'HTTPRoute').spec.rules[1].matches).toBeUndefined();
  });

  test('behind a gateway, which asks for somebody who watches each variant', () => {
    const app = new App();
    const edge = new InferenceGateway(new Chart(app, 'edge', { namespace: 'edge' }), 'Gateway', {
      hosts: ['models.example.com'], tls: GatewayTls.fromSecret('models-tls'), ingress: Ingress.istio(),
    });
    const chart = new Chart(app, 'shop', { namespace: 'shop' });
    const variants = ['control', 'next'].map((variantName) => ({ variantName, serving: new ModelServing(chart, variantName, servingProps({ serviceName: variantName })) }));
    new AbTest(chart, 'Test', {
      variants,
      router: edge.routerFor({ paths: ['/rank'] }),
      split: AbSplit.header('x-variant'),
      metric: conversion,
      start: '2027-01-04',
      trialsPerDay: 2000,
      owner: servingProps().owner,
      platform: aPlatform(),
    });
    const findings = Findings.of(edge).list();

    expect(findings.filter(({ ruleId }) => ruleId === 'gateway/unmonitored').map(({ message }) => message.split("'")[1])).toEqual(['control', 'next']);
  });
});

test('every object says who answers for it', () => {
  const made = make().manifests().filter(({ metadata }) => metadata.name.includes('-test-'));

  expect(made.map(({ kind, metadata }) => [kind, metadata.labels['cdk8s-mlops.io/owner'], metadata.labels['app.kubernetes.io/component']])).toEqual(
    ['VirtualService', 'AnalysisTemplate', 'PrometheusRule'].map((kind) => [kind, 'risk-ml', 'ab-test']));
});

test('each variant has a page about the way back', () => {
  const pages = Artifacts.of(make().chart).list().map(({ path }) => path).filter((path) => path.includes('rollback'));

  expect(pages).toEqual(['shop/docs/rollback-ranker-control.md', 'shop/docs/rollback-ranker-next.md']);
});

describe('the verdict', () => {
  test('is one look after the end, at as many trials as were planned', () => {
    const [metric] = objectOf(make().manifests(), 'AnalysisTemplate').spec.metrics;
    const { query } = metric.provider.prometheus;

    expect(metric).toMatchObject({
      name: 'next',
      count: 1,
      successCondition: 'len(result) > 0 && !isNaN(result[0]) && result[0] > 1.9600',
      failureCondition: 'len(result) > 0 && !isNaN(result[0]) && !(result[0] > 1.9600)',
    });
    expect(query).toContain('and on () (sum(increase(visits_total{variant="control"}[7d] @ 1799625600)) >= 6745)');
    expect(query).toMatch(/and on \(\) \(vector\(time\(\)\) >= 1799625600\)$/);
  });

  test('is asked with the headers of the backend', () => {
    const metrics = MetricsBackend.prometheus({ url: 'http://prometheus.watch.svc:9090', namespace: 'watch', headers: { 'x-scope-orgid': 'shop' } });
    const [metric] = objectOf(make({ platform: PlatformProfile.of({ metrics }) }).manifests(), 'AnalysisTemplate').spec.metrics;

    expect(metric.provider.prometheus.headers).toEqual([{ key: 'x-scope-orgid', value: 'shop' }]);
  });

  test('a treatment that hurts pages at once, and the end is a ticket', () => {
    const { rules } = objectOf(make({ guardrails: [Guardrail.errorRatioBelow(0.02)], owner: { ...servingProps().owner, contact: '#shop' } }).manifests(), 'PrometheusRule').spec.groups[0];

    expect(rules.map(({ alert, labels }: any) => [alert, labels])).toEqual([
      ['AbTestEnded', { namespace: 'shop', model: 'ranker-control', owner: 'risk-ml', severity: 'ticket' }],
      ['AbTestGuardrailBroken', { namespace: 'shop', model: 'ranker-control', owner: 'risk-ml', severity: 'page', variant: 'next', guardrail: 'error-ratio' }],
    ]);
    expect(rules[0].expr).toBe('vector(time()) >= 1799625600');
    expect(rules[1].expr).toMatch(/ and on \(\) \(\(sum\(rate\(model_inference_requests_total\{namespace="shop",cdk8s_mlops_io_model="ranker-next"\}\[5m\]\)\)\) \* 300 >= 20\)\) >= 0.02$/);
    expect(rules[1].annotations.contact).toBe('#shop');
  });

  test('alerts name no namespace where none is known', () => {
    const [rule] = objectOf(make({ guardrails: [Guardrail.errorRatioBelow(0.02)] }, undefined, null).manifests(), 'PrometheusRule').spec.groups[0].rules;

    expect(rule.labels).toEqual({ model: 'ranker-control', owner: 'risk-ml', severity: 'ticket' });
  });
});
