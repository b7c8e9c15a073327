import { Duration } from 'cdk8s';
import { ExportedMetric, MetricType, MetricUnit, ServingMetrics } from '../../src';

const latency: ExportedMetric = {
  name: 'predict_seconds', type: MetricType.HISTOGRAM, labels: ['path', 'code'], unit: MetricUnit.SECONDS, buckets: [0.05, 0.1, 0.25, 1, 2.5],
};
const scope = { selector: 'namespace="ml",model="fraud"', window: '5m' };

/** One histogram that counts everything, failures by code. */
const server = ServingMetrics.custom({ port: 8080, latency, requests: latency, failures: latency, failureMatcher: 'code=~"5.."' });

describe('latency', () => {
  test('is a quantile over all selected pods together', () => {
    const query = server.latency(95, scope);

    expect(query.expr).toBe('histogram_quantile(0.95, sum by (le) (rate(predict_seconds_bucket{namespace="ml",model="fraud"}[5m])))');
    expect([query.title, query.unit]).toEqual(['p95 latency', 's']);
  });

  test('has a quantile without what binary fractions add', () => {
    expect(server.latency(99.9, scope).expr).toContain('histogram_quantile(0.999, ');
  });

  test('is for Grafana to choose the window of, unless there is one', () => {
    const query = server.latency(50, { selector: 'model="fraud"' });

    expect(query.expr).toBe('histogram_quantile(0.5, sum by (le) (rate(predict_seconds_bucket{model="fraud"}[$__rate_interval])))');
    expect(query.hasGrafanaVariables).toBe(true);
  });

  test('tells apart what is asked for', () => {
    expect(server.latency(50, { ...scope, groupBy: ['version'] }).expr)
      .toBe('histogram_quantile(0.5, sum by (le, version) (rate(predict_seconds_bucket{namespace="ml",model="fraud"}[5m])))');
  });

  test.each([[MetricUnit.MILLISECONDS, ' / 1000'], [MetricUnit.MICROSECONDS, ' / 1000000'], [MetricUnit.SECONDS, ''], [undefined, '']])('is in seconds where the server observes %s', (unit, conversion) => {
    const other = ServingMetrics.custom({ port: 8080, latency: { ...latency, unit }, requests: latency, failures: latency });

    expect(other.latency(50, scope).expr.split('))))').at(-1)).toBe(server.latency(50, scope).expr.split('))))').at(-1)!.concat(conversion));
    expect(other.meanLatency(scope).expr.endsWith(`> 0)${conversion}`)).toBe(true);
    expect(other.latency(50, scope).unit).toBe('s');
  });

  test('on average is time by requests', () => {
    expect(server.meanLatency(scope).expr).toBe(
      'sum(rate(predict_seconds_sum{namespace="ml",model="fraud"}[5m])) / (sum(rate(predict_seconds_count{namespace="ml",model="fraud"}[5m])) > 0)',
    );
  });
});

describe('share of slow requests', () => {
  test('is counted from the bucket', () => {
    const query = server.slowRatio(Duration.millis(100), scope);

    expect(query.expr).toBe(
      '1 - sum(rate(predict_seconds_bucket{namespace="ml",model="fraud",le="0.1"}[5m])) / (sum(rate(predict_seconds_count{namespace="ml",model="fraud"}[5m])) > 0)',
    );
    expect([query.title, query.unit]).toEqual(['share of requests slower than 100 ms', 'percentunit']);
  });

  test('finds a bucket at a whole number however it is written', () => {
    expect(server.slowRatio(Duration.seconds(1), scope).expr).toContain(',le=~"1|1\\\\.0"}');
  });

  test('compares in the unit of the server', () => {
    const millis = ServingMetrics.custom({
      port: 8080, latency: { ...latency, unit: MetricUnit.MILLISECONDS, buckets: [50, 2500, 3600000] }, requests: latency, failures: latency,
    });

    expect(millis.slowRatio(Duration.millis(2500), scope).expr).toContain(',le=~"2500|2500\\\\.0"}');
    expect(millis.slowRatio(Duration.hours(1), scope).expr).toContain(',le=~"3600000|3600000\\\\.0|3\\\\.6e\\\\+06"}');
  });
});

describe('error ratio', () => {
  test('is 0 while nothing fails, and nothing while there is no traffic', () => {
    const query = server.errorRatio(scope);
    const all = 'sum(rate(predict_seconds_count{namespace="ml",model="fraud"}[5m]))';

    expect(query.expr).toBe(`(sum(rate(predict_seconds_count{namespace="ml",model="fraud",code=~"5.."}[5m])) or 0 * ${all}) / (${all} > 0)`);
    expect([query.title, query.unit]).toEqual(['error ratio', 'percentunit']);
  });

  test('puts both counters together where one counts successes only', () => {
    const counters = ServingMetrics.custom({
      port: 8080,
      latency,
      requests: { name: 'ok_total', type: MetricType.COUNTER },
      failures: { name: 'ko_total', type: MetricType.COUNTER },
      requestsExcludeFailures: true,
    });
    const [ok, ko] = ['ok_total', 'ko_total'].map((name) => `sum(rate(${name}{model="fraud"}[5m]))`);
    const all = `((${ok} or 0 * ${ko}) + (${ko} or 0 * ${ok}))`;

    expect(counters.errorRatio({ selector: 'model="fraud"', window: '5m' }).expr).toBe(`(${ko} or 0 * ${all}) / (${all} > 0)`);
    expect(counters.throughput({ selector: 'model="fraud"', window: '5m' }).expr).toBe(all);
  });
});

test('throughput is the rate of requests', () => {
  const query = server.throughput({ ...scope, groupBy: ['version'] });

  expect(query.expr).toBe('sum by (version) (rate(predict_seconds_count{namespace="ml",model="fraud"}[5m]))');
  expect([query.title, query.unit]).toEqual(['requests per second', 'reqps']);
});

test('what is no request of a caller is left out of every question', () => {
  const precise = ServingMetrics.custom({ port: 8080, latency, requests: latency, failures: latency, failureMatcher: 'code="500"', requestMatcher: 'path="/predict"' });

  expect(precise.throughput({ selector: ' namespace="ml", ', window: '1m' }).expr).toBe('sum(rate(predict_seconds_count{namespace="ml",path="/predict"}[1m]))');
  expect(precise.latency(50, { selector: '' }).uses).toEqual([{ metricName: 'predict_seconds_bucket', labelNames: ['le', 'path'] }]);
  expect(precise.errorRatio({ selector: 'brace="}",arg=\'{{args.hash}}\',raw=`{`' }).uses).toEqual([{ metricName: 'predict_seconds_count', labelNames: ['arg', 'brace', 'code', 'path', 'raw'] }]);
});
