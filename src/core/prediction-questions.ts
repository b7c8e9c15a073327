import { ExportedMetric } from './exported-metric';
import { MetricQuery, MetricUnit } from './metric-query';
import { MetricScope } from './request-metrics';
import { sumOfRates } from './request-questions';
import { InputError } from '../private/input-error';
import { leMatcher } from '../private/promql/le-matcher';

/** Share of the values up to the bound of each bucket: one series for each `le`. */
function distribution(histogram: ExportedMetric, scope: MetricScope): string {
  const buckets = sumOfRates(`${histogram.name}_bucket`, {}, scope, { groupBy: ['le'] });
  return `${buckets} / on () group_left () (${sumOfRates(`${histogram.name}_count`, {}, scope)} > 0)`;
}

/** Share of the values that lie outside a range whose ends are bounds of buckets. */
export function outsideRatioQuery(histogram: ExportedMetric, range: { min?: number; max?: number }, scope: MetricScope): MetricQuery {
  const upTo = (bound: number) => sumOfRates(`${histogram.name}_bucket`, {}, scope, { matchers: leMatcher(requireBound(histogram, bound)) });
  const all = sumOfRates(`${histogram.name}_count`, {}, scope);
  const parts = [
    ...range.min === undefined ? [] : [upTo(range.min)],
    ...range.max === undefined ? [] : [`(${all} - ${upTo(range.max)})`],
  ];
  return MetricQuery.promql({
    expr: `(${parts.join(' + ')}) / (${all} > 0)`,
    title: `share of outputs ${[...range.min === undefined ? [] : [`up to ${range.min}`], ...range.max === undefined ? [] : [`above ${range.max}`]].join(' or ')}`,
    unit: MetricUnit.RATIO,
  });
}

/**
 * Share of the values in the bucket that holds their median. Where one bucket holds more than half of the values, it is that bucket.
 */
export function medianBucketRatioQuery(histogram: ExportedMetric, scope: MetricScope): MetricQuery {
  const shares = distribution(histogram, scope);
  return MetricQuery.promql({
    expr: `min((${shares}) >= 0.5) - (max((${shares}) < 0.5) or vector(0))`,
    title: 'share of outputs in the bucket of the median',
    unit: MetricUnit.RATIO,
  });
}

/**
 * Largest difference of the shares up to any bound: the statistic of Kolmogorov and Smirnov, as far as buckets can tell. Where buckets of the two
 * differ, the bounds that they share are compared.
 *
 * @see https://en.wikipedia.org/wiki/Kolmogorov%E2%80%93Smirnov_test
 */
export function distanceQuery(histogram: ExportedMetric, scope: MetricScope, other: MetricScope): MetricQuery {
  return MetricQuery.promql({
    expr: `max(abs((${distribution(histogram, scope)}) - (${distribution(histogram, other)})))`,
    title: 'distance of the distributions of outputs',
    unit: MetricUnit.RATIO,
  });
}

/** How many values stand behind a comparison of two samples: the half of their harmonic mean. */
export function comparedSamplesQuery(histogram: ExportedMetric, scope: MetricScope, other: MetricScope): MetricQuery {
  const [one, two] = [scope, other].map((each) => sumOfRates(`${histogram.name}_count`, {}, each, { counts: true }));
  return MetricQuery.promql({ expr: `(${one} * ${two}) / ((${one} + ${two}) > 0)`, title: 'outputs behind the comparison' });
}

function requireBound(histogram: ExportedMetric, bound: number): number {
  const { name, buckets = [] } = histogram;
  if (!buckets.includes(bound)) {
    const nearest = [buckets.filter((candidate) => candidate < bound).at(-1), buckets.find((candidate) => candidate > bound)]
      .filter((candidate) => candidate !== undefined);
    throw new InputError('metric/range-between-buckets',
      `a range that ends at ${bound} cannot be judged by '${name}', which counts in buckets; ` +
      `${nearest.length === 0 ? 'its buckets are not declared' : `the nearest bounds are ${nearest.join(' and ')}`}: choose one of them, or declare a bucket at ${bound}`);
  }
  return bound;
}
