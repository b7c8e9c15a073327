import { Duration } from 'cdk8s';
import { Guardrail, GuardrailSubject, MetricQuery } from '../../src';
import { servingProps, someMetrics } from '../support/fixtures';

const subject: GuardrailSubject = {
  metrics: someMetrics(), canary: { selector: 'hash="new"', window: '5m' }, stable: { selector: 'hash="old"', window: '5m' },
};

const checkOf = (guardrail: Guardrail): [string, string, string] => {
  const { query, condition } = guardrail.check(subject);
  return [guardrail.guardrailName, query.expr, condition];
};

const p99 = (hash: string) => `histogram_quantile(0.99, sum by (le) (rate(model_inference_duration_seconds_bucket{hash="${hash}"}[5m])))`;
const errors = (hash: string) => someMetrics().errorRatio({ selector: `hash="${hash}"`, window: '5m' }).expr;

test('latency is judged in seconds, over all pods together', () => {
  expect(checkOf(Guardrail.latencyBelow(99, Duration.millis(250)))).toEqual(['latency-p99', p99('new'), '< 0.25']);
});

test('latency can be compared with the version that serves, at the same time', () => {
  expect(checkOf(Guardrail.latencyComparedWithStable(99, 1.2))).toEqual(['latency-p99-compared', `(${p99('new')}) / ((${p99('old')}) > 0)`, '<= 1.2']);
});

test('errors are a ratio', () => {
  expect(checkOf(Guardrail.errorRatioBelow(0.01))).toEqual(['error-ratio', errors('new'), '< 0.01']);
});

test('errors can be compared with the version that serves', () => {
  expect(checkOf(Guardrail.errorRatioComparedWithStable(0.005))).toEqual(['error-ratio-compared', `(${errors('new')}) - (${errors('old')})`, '<= 0.005']);
});

test('traffic has to arrive', () => {
  expect(checkOf(Guardrail.throughputAbove(5))).toEqual(['throughput', 'sum(rate(model_inference_requests_total{hash="new"}[5m]))', '> 5']);
});

test('a number of your own is judged as it is', () => {
  const query = MetricQuery.promql({ expr: 'sum(approved{rollouts_pod_template_hash="{{args.canary-hash}}"})', title: 'approved' });

  expect(checkOf(Guardrail.custom('approved', query, '>= 10'))).toEqual(['approved', query.expr, '>= 10']);
});

test('a percentile with a fraction has a name that Kubernetes allows', () => {
  expect(Guardrail.latencyBelow(99.9, Duration.seconds(1)).guardrailName).toBe('latency-p99-9');
});

test('what a model promises is what a new version has to keep', () => {
  expect(Guardrail.fromSlo(servingProps().slo).map(({ guardrailName }) => guardrailName)).toEqual(['latency-p95', 'error-ratio']);
});
