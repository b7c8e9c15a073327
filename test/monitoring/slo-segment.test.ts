import { Duration, Testing } from 'cdk8s';
import { slo } from './fixtures';
import { MetricUnit, PanelKind, ServingMetrics, Slo, SloSegment } from '../../src';
import { FakeServing } from '../support/fake-serving';

const model = '{namespace="ml",cdk8s_mlops_io_model="fraud-detection"}';

function segmentOf(target: Slo = slo, minimumFailures?: number, metrics?: ServingMetrics): SloSegment {
  return new SloSegment({ serving: new FakeServing(Testing.chart(), 'Serving', { metrics }), slo: target, minimumFailures });
}

/** Windows and limits of the alerts of an objective, as the rule states them. */
function limitsOf(segment: SloSegment, objective: string): string[][] {
  return segment.alerts().filter((alert) => alert.alertName.startsWith(objective)).map((alert) => [
    alert.severity,
    ...[...alert.query.expr.matchAll(/ratio_rate(\w+)\{[^}]*\} > (\S+)/g)].map(([, window, limit]) => `${window} > ${limit}`),
  ]);
}

describe('alerts', () => {
  test('windows and rates are those of the workbook for thirty days', () => {
    expect(limitsOf(segmentOf(), 'ErrorBudget')).toEqual([
      ['page', '1h > 0.144', '5m > 0.144'],
      ['page', '6h > 0.06', '30m > 0.06'],
      ['ticket', '3d > 0.01', '6h > 0.01'],
    ]);
    expect(limitsOf(segmentOf(), 'LatencyBudget')).toEqual([
      ['page', '1h > 0.72', '5m > 0.72'],
      ['page', '6h > 0.3', '30m > 0.3'],
      ['ticket', '3d > 0.05', '6h > 0.05'],
    ]);
  });

  test('over another time the same share of the budget is another rate, and never one that the promise allows', () => {
    const fortnight = Slo.of({ latency: slo.latency, errorRatioBelow: 0.01, window: Duration.days(14) });

    expect(limitsOf(segmentOf(fortnight), 'ErrorBudget')).toEqual([
      ['page', '1h > 0.0672', '5m > 0.0672'],
      ['page', '6h > 0.028', '30m > 0.028'],
      ['ticket', '3d > 0.01', '6h > 0.01'],
    ]);
  });

  test('both windows must burn, and enough requests must have failed', () => {
    const [fast] = segmentOf(slo, 20).alerts();

    expect(fast).toEqual({
      alertName: 'ErrorBudgetBurnFast',
      severity: 'page',
      query: expect.objectContaining({
        title: 'share of requests that fail (1h)',
        unit: MetricUnit.RATIO,
        expr: [
          `model:request_errors:ratio_rate1h${model} > 0.144`,
          `and model:request_errors:ratio_rate5m${model} > 0.144`,
          `and model:request_errors:ratio_rate1h${model} * model:requests:rate1h${model} * 3600 >= 20`,
        ].join('\n'),
      }),
      summary: 'too many requests fail: 2 % of the budget of 30d burns within 1h',
    });
  });

  test('five failures are enough unless told otherwise', () => {
    expect(segmentOf().alerts().map((alert) => />= (\d+)$/.exec(alert.query.expr)![1])).toEqual(['5', '5', '5', '5', '5', '5']);
  });

  test('a slow request is one above the objective', () => {
    const slow = segmentOf().alerts().find((alert) => alert.alertName === 'LatencyBudgetBurnFast')!;

    expect(slow.summary).toBe('too many requests take longer than 100ms: 2 % of the budget of 30d burns within 1h');
  });
});

describe('recording rules', () => {
  test('ratios are recorded over each window, the requests over the long ones, and each before it is used', () => {
    expect(segmentOf().recordingRules().map((rule) => rule.record.name)).toEqual([
      'model:requests:rate5m', 'model:requests:rate1h', 'model:requests:rate6h', 'model:requests:rate3d',
      'model:request_errors:ratio_rate5m', 'model:request_errors:ratio_rate30m', 'model:request_errors:ratio_rate1h',
      'model:request_errors:ratio_rate6h', 'model:request_errors:ratio_rate3d', 'model:request_errors:rate5m',
      'model:request_errors:budget_left_ratio30d',
      'model:slow_requests:ratio_rate5m', 'model:slow_requests:ratio_rate30m', 'model:slow_requests:ratio_rate1h',
      'model:slow_requests:ratio_rate6h', 'model:slow_requests:ratio_rate3d', 'model:slow_requests:rate5m',
      'model:slow_requests:budget_left_ratio30d',
    ]);
  });

  test('the budget weighs every request alike, whatever the traffic was', () => {
    const rules = Object.fromEntries(segmentOf().recordingRules().map((rule) => [rule.record.name, rule.query.expr]));

    expect(rules['model:request_errors:rate5m']).toBe(`model:request_errors:ratio_rate5m${model} * model:requests:rate5m${model}`);
    expect(rules['model:request_errors:budget_left_ratio30d']).toBe(
      `1 - sum_over_time(model:request_errors:rate5m${model}[30d]) / (sum_over_time(model:requests:rate5m${model}[30d]) > 0) / 0.01`);
  });
});

describe('panels', () => {
  test('stats say whether each promise is kept and how much of its budget is left', () => {
    const stats = segmentOf().panels().filter((panel) => panel.kind === PanelKind.STAT);

    expect(stats.map(({ title, description, thresholds }) => ({ title, description, thresholds }))).toEqual([
      { title: 'Error ratio', description: 'Promised: below 1 %', thresholds: [{ level: 'good' }, { from: 0.01, level: 'bad' }] },
      { title: 'Latency p95', description: 'Promised: below 100ms', thresholds: [{ level: 'good' }, { from: 0.1, level: 'bad' }] },
      {
        title: 'Error budget left',
        description: 'Share of the requests of the last 30d that may still fail, as far back as Prometheus keeps its data',
        thresholds: [{ level: 'bad' }, { from: 0, level: 'warning' }, { from: 0.25, level: 'good' }],
      },
      {
        title: 'Latency budget left',
        description: 'Share of the requests of the last 30d that may still take longer than 100ms, as far back as Prometheus keeps its data',
        thresholds: [{ level: 'bad' }, { from: 0, level: 'warning' }, { from: 0.25, level: 'good' }],
      },
    ]);
  });

  test('burn rates are drawn against the rate that lasts and the rate that pages', () => {
    const [errors] = segmentOf().panels().filter((panel) => panel.kind === PanelKind.TIME_SERIES);

    expect(errors.title).toBe('Error budget: burn rate');
    expect(errors.queries.map((query) => [query.title, query.expr])).toEqual([
      ['over 1h', `model:request_errors:ratio_rate1h${model} / 0.01`],
      ['over 6h', `model:request_errors:ratio_rate6h${model} / 0.01`],
      ['over 3d', `model:request_errors:ratio_rate3d${model} / 0.01`],
    ]);
    expect(errors.thresholds).toEqual([{ level: 'good' }, { from: 1, level: 'warning' }, { from: 14.4, level: 'bad' }]);
  });
});

test('an objective that the server does not measure leaves a gap, and the other is judged all the same', () => {
  const segment = segmentOf(slo, undefined, ServingMetrics.triton());

  expect(segment.gaps).toEqual([expect.stringMatching(/^the latency budget cannot be judged: latency cannot be asked of Triton/)]);
  expect(new Set(segment.alerts().map((alert) => alert.alertName.slice(0, 11)))).toEqual(new Set(['ErrorBudget']));
  expect(segment.panels().map((panel) => panel.title)).toEqual(['Error ratio', 'Error budget left', 'Error budget: burn rate']);
});

test('a latency between two buckets of the server is refused at once', () => {
  const between = Slo.of({ latency: { percentile: 95, below: Duration.millis(75) }, errorRatioBelow: 0.01 });

  expect(() => segmentOf(between)).toThrow(/the nearest bounds are 50 ms and 100 ms/);
});
