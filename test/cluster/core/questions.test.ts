import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { Duration } from 'cdk8s';
import { stringify } from 'yaml';
import { Guardrail, MetricQuery, MetricType, MetricUnit, PredictionMetrics, ServingMetrics } from '../../../src';
import { promtool } from '../harness/promtool';

/** What the questions answer, judged by Prometheus itself. */
const scope = { selector: 'namespace="ml"', window: '5m' };
const perPod = { ...scope, groupBy: ['pod'] };

/** Series by selector, in promtool's notation: `start+step x times`, a step a minute. */
interface Series { [selector: string]: string }

/** A query and its answer after ten minutes: values by labels, nothing for no series. */
type Answer = [MetricQuery, { [labels: string]: number }];

function expectAnswers(series: Series, answers: Answer[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'questions-'));
  try {
    writeFileSync(join(folder, 'test.yaml'), stringify({
      rule_files: [],
      evaluation_interval: '1m',
      tests: [{
        interval: '1m',
        input_series: Object.entries(series).map(([selector, values]) => ({ series: selector, values })),
        promql_expr_test: answers.map(([query, samples]) => ({
          expr: query.expr, eval_time: '10m', exp_samples: Object.entries(samples).map(([labels, value]) => ({ labels, value })),
        })),
      }],
    }));
    expect(promtool(['test', 'rules', join(folder, 'test.yaml')])).toBe('');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('a counter with a label for failures', () => {
  const server = ServingMetrics.mlserver();
  const requests = (pod: string, code: number, path = '/v2/models/{model_name}/infer') => `rest_server_requests_total{namespace="ml",pod="${pod}",path="${path}",status_code="${code}"}`;

  test('that never counted a failure is 0', () => {
    expectAnswers({ [requests('a', 200)]: '0+60x10' }, [
      [server.errorRatio(scope), { '{}': 0 }],
      [server.errorRatio(perPod), { '{pod="a"}': 0 }],
      [server.throughput(scope), { '{}': 1 }],
    ]);
  });

  test('is a share of all pods, or pod by pod', () => {
    expectAnswers({ [requests('a', 200)]: '0+45x10', [requests('a', 503)]: '0+15x10', [requests('b', 200)]: '0+60x10' }, [
      [server.errorRatio(scope), { '{}': 0.125 }],
      [server.errorRatio(perPod), { '{pod="a"}': 0.25, '{pod="b"}': 0 }],
    ]);
  });

  test('does not answer without traffic', () => {
    expectAnswers({ [requests('a', 200)]: '5+0x10', [requests('a', 500)]: '1+0x10' }, [[server.errorRatio(scope), {}], [server.errorRatio(perPod), {}]]);
    expectAnswers({ up: '1x10' }, [[server.errorRatio(scope), {}], [server.latency(95, scope), {}], [server.meanLatency(scope), {}], [server.slowRatio(Duration.seconds(1), scope), {}]]);
  });

  test('does not count probes', () => {
    expectAnswers({ [requests('a', 200)]: '0+60x10', [requests('a', 500, '/v2/models/{model_name}/ready')]: '0+60x10' }, [[server.errorRatio(scope), { '{}': 0 }]]);
  });
});

describe('two counters', () => {
  const server = ServingMetrics.triton();
  const [ok, ko] = ['nv_inference_request_success{namespace="ml"}', 'nv_inference_request_failure{namespace="ml",reason="OTHER"}'];

  test.each<[string, Series, { [labels: string]: number }, number]>([
    ['only failures', { [ko]: '0+60x10' }, { '{}': 1 }, 1],
    ['only successes', { [ok]: '0+60x10' }, { '{}': 0 }, 1],
    ['both', { [ok]: '0+45x10', [ko]: '0+15x10' }, { '{}': 0.25 }, 1],
    ['neither', { [ok]: '9+0x10', [ko]: '1+0x10' }, {}, 0],
  ])('with %s', (_what, series, ratio, throughput) => {
    expectAnswers(series, [[server.errorRatio(scope), ratio], [server.throughput(scope), { '{}': throughput }]]);
  });

  test('give the mean in seconds', () => {
    expectAnswers({ [ok]: '0+45x10', 'nv_inference_request_duration_us{namespace="ml"}': '0+4500000x10' }, [[server.meanLatency(scope), { '{}': 0.1 }]]);
  });
});

describe('a histogram', () => {
  test.each([['100'], ['100.0']])('in milliseconds answers in seconds (%s)', (bound) => {
    const server = ServingMetrics.istio();
    const bucket = (le: string, reporter = 'destination') => `istio_request_duration_milliseconds_bucket{namespace="ml",reporter="${reporter}",le="${le}"}`;

    expectAnswers({
      [bucket('50')]: '0+0x10',
      [bucket(bound)]: '0+60x10',
      [bucket('+Inf')]: '0+60x10',
      [bucket('250', 'source')]: '0+999x10',
      'istio_request_duration_milliseconds_count{namespace="ml",reporter="destination"}': '0+60x10',
      'istio_request_duration_milliseconds_sum{namespace="ml",reporter="destination"}': '0+4800x10',
    }, [
      [server.latency(50, scope), { '{}': 0.075 }],
      [server.meanLatency(scope), { '{}': 0.08 }],
      [server.slowRatio(Duration.millis(100), scope), { '{}': 0 }],
      [server.slowRatio(Duration.millis(50), scope), { '{}': 1 }],
    ]);
  });

  test.each([['1e+06'], ['1000000'], ['1000000.0']])('has its bucket found however its bound is written (%s)', (bound) => {
    const latency = { name: 'latency_us', type: MetricType.HISTOGRAM, unit: MetricUnit.MICROSECONDS, buckets: [1000000] };
    const server = ServingMetrics.custom({ port: 80, latency, requests: latency, failures: latency });

    expectAnswers({
      [`latency_us_bucket{namespace="ml",le="${bound}"}`]: '0+15x10',
      'latency_us_bucket{namespace="ml",le="+Inf"}': '0+60x10',
      'latency_us_count{namespace="ml"}': '0+60x10',
    }, [[server.slowRatio(Duration.seconds(1), scope), { '{}': 0.75 }]]);
  });
});

test('missing values are a share, feature by feature', () => {
  const [values, nulls] = ['model_input_value_count', 'model_input_nulls_total'].map((name) => (feature: string) => `${name}{namespace="ml",feature="${feature}"}`);

  expectAnswers({
    [values('age')]: '0+45x10', [nulls('age')]: '0+15x10', [values('amount')]: '0+60x10', [nulls('gone')]: '0+60x10', [values('idle')]: '3+0x10',
  }, [[PredictionMetrics.standard().nullRatio(scope), { '{feature="age"}': 0.25, '{feature="amount"}': 0, '{feature="gone"}': 1 }]]);
});

describe('outputs', () => {
  const predictions = PredictionMetrics.standard();
  const [canary, stable] = ['new', 'old'].map((version) => ({ selector: `version="${version}"`, window: '5m' }));
  /** Outputs a minute up to 0.25, up to 0.5 and up to 1. */
  const outputs = (version: string, ...upTo: [number, number, number]): Series => Object.fromEntries([
    ...['0.25', '0.5', '1'].map((le, i) => [`_bucket{version="${version}",le="${le}"}`, upTo[i]] as const),
    [`_bucket{version="${version}",le="+Inf"}`, upTo[2]] as const,
    [`_count{version="${version}"}`, upTo[2]] as const,
  ].map(([series, each]) => [`model_output_value${series}`, `0+${each}x10`]));

  test('of two versions are as far apart as the shares up to one bound at most are', () => {
    expectAnswers({ ...outputs('new', 30, 45, 60), ...outputs('old', 15, 60, 120) }, [
      [predictions.outputDistance(canary, stable), { '{}': 0.375 }],
      [predictions.outputDistance(canary, canary), { '{}': 0 }],
      [predictions.outputsCompared(canary, stable), { '{}': 200 }],
    ]);
  });

  test('that are told by one version only cannot be compared', () => {
    expectAnswers({ ...outputs('new', 30, 45, 60), ...outputs('old', 0, 0, 0) }, [
      [predictions.outputDistance(canary, stable), {}], [predictions.outputsCompared(canary, stable), { '{}': 0 }],
    ]);
    expectAnswers(outputs('new', 30, 45, 60), [[predictions.outputDistance(canary, stable), {}], [predictions.outputsCompared(canary, stable), {}]]);
  });

  test.each<[string, [number, number, number], number]>([
    ['in the first bucket', [60, 60, 60], 1],
    ['in the last bucket', [0, 0, 60], 1],
    ['mostly in the middle', [6, 54, 60], 0.8],
    ['all over', [15, 30, 60], 0.25],
  ])('%s are in the bucket of the median', (_where, upTo, share) => {
    expectAnswers(outputs('new', ...upTo), [[predictions.outputConcentration(canary), { '{}': share }]]);
  });

  test('outside a range are a share', () => {
    expectAnswers(outputs('new', 15, 45, 60), [
      [predictions.outputOutsideRatio({ min: 0.25, max: 0.5 }, canary), { '{}': 0.5 }],
      [predictions.outputOutsideRatio({ min: 0.25 }, canary), { '{}': 0.25 }],
      [predictions.outputOutsideRatio({ max: 1 }, canary), { '{}': 0 }],
    ]);
  });

  test('that are missing are a share, and 0 where none ever was', () => {
    const nulls = 'model_output_nulls_total{version="new"}';

    expectAnswers({ ...outputs('new', 15, 30, 45), [nulls]: '0+15x10' }, [[predictions.outputNullRatio(canary), { '{}': 0.25 }]]);
    expectAnswers(outputs('new', 15, 30, 45), [[predictions.outputNullRatio(canary), { '{}': 0 }]]);
    expectAnswers({ [nulls]: '0+15x10' }, [[predictions.outputNullRatio(canary), { '{}': 1 }]]);
  });

  test('say nothing without traffic', () => {
    const idle = outputs('new', 0, 0, 0);

    expectAnswers(idle, [
      [predictions.outputConcentration(canary), {}],
      [predictions.outputOutsideRatio({ max: 0.5 }, canary), {}],
      [predictions.outputNullRatio(canary), {}],
    ]);
  });

  test('are judged for drift where chance does not explain it', () => {
    const subject = { metrics: ServingMetrics.mlserver().withPredictions(predictions), canary, stable };
    const judged = (distance: number) => Guardrail.scoreDriftBelow(distance).check(subject).query!;

    expectAnswers({ ...outputs('new', 30, 45, 60), ...outputs('old', 15, 60, 120) }, [[judged(0.2), { '{}': 0.375 }], [judged(0.1), {}]]);
  });
});
