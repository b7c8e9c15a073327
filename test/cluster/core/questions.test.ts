import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { Duration } from 'cdk8s';
import { stringify } from 'yaml';
import { MetricQuery, MetricType, MetricUnit, PredictionMetrics, ServingMetrics } from '../../../src';
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
