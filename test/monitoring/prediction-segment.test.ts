import { Testing } from 'cdk8s';
import { PredictionMetrics, PredictionSegment } from '../../src';
import { fakeMetrics, FakeServing } from '../support/fake-serving';

const serving = new FakeServing(Testing.chart(), 'Serving', { metrics: fakeMetrics().withPredictions(PredictionMetrics.standard()) });
const model = 'namespace="ml",cdk8s_mlops_io_model="fraud-detection"';

test('a wall shows the distribution of the outputs, and inputs and missing values by feature', () => {
  const panels = new PredictionSegment({ serving }).panels();

  expect(panels.map(({ kind, title, legendLabel, queries }) => [kind, title, legendLabel, queries.map((query) => query.title)])).toEqual([
    ['heatmap', 'Output distribution', undefined, ['distribution of the outputs']],
    ['timeseries', 'Outputs', undefined, ['p10 of the outputs', 'p50 of the outputs', 'p90 of the outputs', 'mean output']],
    ['timeseries', 'Median of the inputs', 'feature', ['p50 of the inputs']],
    ['timeseries', 'Missing values', 'feature', ['share of missing values']],
  ]);
});

test('a heatmap gets one series for each bucket', () => {
  const [heatmap] = new PredictionSegment({ serving }).panels();

  expect(heatmap.queries[0].expr).toBe(`sum by (le) (rate(model_output_value_bucket{${model}}[$__rate_interval]))`);
});

test('requests without recorded predictions make a ticket', () => {
  const alerts = new PredictionSegment({ serving }).alerts();

  expect(alerts.map(({ alertName, severity, query }) => [alertName, severity, query.expr])).toEqual([[
    'PredictionsNotRecorded',
    'ticket',
    `(sum(rate(http_requests_total{${model}}[15m])) > 0) unless on () `
      + `(sum(rate(model_output_value_sum{${model}}[15m])) / (sum(rate(model_output_value_count{${model}}[15m])) > 0))`,
  ]]);
});

test('a feature that is missing too often makes a ticket where somebody said what is too often', () => {
  const segment = new PredictionSegment({ serving, nullRatioBelow: 0.05 });
  const missing = segment.alerts()[1];

  expect([missing.alertName, missing.severity, missing.condition]).toEqual(['ValuesMissing', 'ticket', '> 0.05']);
  expect(missing.summary).toBe('feature {{ $labels.feature }} is missing more often than it may');
  expect(segment.panels()[3].thresholds).toEqual([{ level: 'good' }, { from: 0.05, level: 'bad' }]);
});

test('it records nothing', () => {
  expect(new PredictionSegment({ serving }).recordingRules()).toEqual([]);
});
