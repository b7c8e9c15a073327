import { MetricType, PredictionMetrics } from '../../src';

const scope = { selector: 'model="fraud"', window: '1h' };
const standard = PredictionMetrics.standard();

test('the standard contract is pinned: exporters implement it', () => {
  expect([PredictionMetrics.PORT_NAME, PredictionMetrics.PORT, PredictionMetrics.PATH]).toEqual(['predictions', 9091, '/metrics']);
  expect(standard.featureLabel).toBe('feature');
  expect(standard.exported.map((metric) => [metric.name, metric.type, metric.labels, metric.unit])).toEqual([
    ['model_input_value', 'histogram', ['feature'], undefined],
    ['model_input_nulls_total', 'counter', ['feature'], undefined],
    ['model_output_value', 'histogram', undefined, undefined],
    ['model_output_nulls_total', 'counter', undefined, undefined],
    ['model_prediction_score', 'histogram', undefined, 'percentunit'],
  ]);
  expect(standard.exported.map((metric) => metric.buckets)).toEqual([
    [-1000, -100, -10, -5, -3, -2, -1, -0.5, -0.1, 0, 0.1, 0.5, 1, 2, 3, 5, 10, 100, 1000],
    undefined,
    [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1],
    undefined,
    [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1],
  ]);
});

test('buckets can follow the data', () => {
  const [inputs, , outputs] = PredictionMetrics.standard({ inputBuckets: [1, 10], outputBuckets: [100, 1000] }).exported;

  expect([inputs.buckets, outputs.buckets]).toEqual([[1, 10], [100, 1000]]);
});

describe('questions', () => {
  test('inputs are told apart by feature', () => {
    const query = standard.inputQuantile(50, { ...scope, groupBy: ['version'] });

    expect(query.expr).toBe('histogram_quantile(0.5, sum by (le, version, feature) (rate(model_input_value_bucket{model="fraud"}[1h])))');
    expect(query.title).toBe('p50 of the inputs');
  });

  test('missing values are 0 while none is missing, and 1 while all are', () => {
    const [values, nulls] = ['model_input_value_count', 'model_input_nulls_total'].map((name) => `sum by (feature) (rate(${name}{model="fraud"}[1h]))`);
    const all = `((${values} or 0 * ${nulls}) + (${nulls} or 0 * ${values}))`;

    expect(standard.nullRatio(scope).expr).toBe(`(${nulls} or 0 * ${all}) / (${all} > 0)`);
    expect(standard.nullRatio(scope).unit).toBe('percentunit');
  });

  test('outputs and scores have quantiles and a mean', () => {
    expect(standard.outputQuantile(99, scope).expr).toBe('histogram_quantile(0.99, sum by (le) (rate(model_output_value_bucket{model="fraud"}[1h])))');
    expect(standard.outputMean(scope).expr).toBe('sum(rate(model_output_value_sum{model="fraud"}[1h])) / (sum(rate(model_output_value_count{model="fraud"}[1h])) > 0)');
    expect(standard.scoreQuantile(5, scope).expr).toBe('histogram_quantile(0.05, sum by (le) (rate(model_prediction_score_bucket{model="fraud"}[1h])))');
    expect(standard.scoreMean(scope).expr).toBe('sum(rate(model_prediction_score_sum{model="fraud"}[1h])) / (sum(rate(model_prediction_score_count{model="fraud"}[1h])) > 0)');
    expect([standard.outputMean(scope).unit, standard.scoreMean(scope).unit]).toEqual(['none', 'percentunit']);
  });

  test('outputs have a distribution, bucket by bucket', () => {
    expect(standard.outputDistribution(scope).expr).toBe('sum by (le) (rate(model_output_value_bucket{model="fraud"}[1h]))');
  });

  test('names and the label of the feature can be of one\'s own', () => {
    const custom = PredictionMetrics.custom({
      inputs: { name: 'column_value', type: MetricType.HISTOGRAM, labels: ['column'] },
      nulls: { name: 'column_missing_total', type: MetricType.COUNTER, labels: ['column'] },
      outputs: { name: 'premium_euros', type: MetricType.HISTOGRAM },
      featureLabel: 'column',
    });

    expect(custom.exported.map((metric) => metric.name)).toEqual(['column_value', 'column_missing_total', 'premium_euros']);
    expect(custom.nullRatio(scope).uses).toEqual([
      { metricName: 'column_missing_total', labelNames: ['column', 'model'] },
      { metricName: 'column_value_count', labelNames: ['column', 'model'] },
    ]);
  });
});
