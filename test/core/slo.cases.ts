import { Duration } from 'cdk8s';
import { Slo, SloProps } from '../../src';
import { ErrorCase } from '../support/error-case';

const slo: SloProps = { latency: { percentile: 95, below: Duration.millis(100) }, errorRatioBelow: 0.01 };

export const cases: ErrorCase[] = [
  {
    id: 'slo/percentile',
    when: 'a percentile that promises everything',
    provoke: () => Slo.of({ ...slo, latency: { percentile: 100, below: Duration.millis(100) } }),
    message: "'latency.percentile' must lie between 0 and 100, such as 95, got 100 (slo/percentile)",
  },
  {
    id: 'slo/latency',
    when: 'numbers out of range, all of them at once',
    provoke: () => Slo.of({ latency: { percentile: NaN, below: Duration.millis(0) }, errorRatioBelow: 1, window: Duration.hours(36) }),
    message: [
      "'latency.percentile' must lie between 0 and 100, such as 95, got NaN (slo/percentile)",
      "'latency.below' must be longer than nothing, got 0 ms (slo/latency)",
      "'errorRatioBelow' must lie between 0 and 1, such as 0.01 for one request in a hundred, got 1 (slo/error-ratio)",
      "'window' must be at least 7 days, got 36 h; a burn-rate alert looks back up to three days (slo/window)",
    ].join('\n'),
  },
  {
    id: 'slo/error-ratio',
    when: 'an error ratio in percent',
    provoke: () => Slo.of({ ...slo, errorRatioBelow: 5 }),
    message: "'errorRatioBelow' must lie between 0 and 1, such as 0.01 for one request in a hundred, got 5 (slo/error-ratio)",
  },
  {
    id: 'slo/window',
    when: 'a window of a day',
    provoke: () => Slo.of({ ...slo, window: Duration.days(1) }),
    message: "'window' must be at least 7 days, got 24 h; a burn-rate alert looks back up to three days (slo/window)",
  },
  {
    id: 'slo/error-alert-cannot-fire',
    when: 'budgets for which burn × budget reaches 1',
    provoke: () => Slo.of({ latency: { percentile: 90, below: Duration.millis(100) }, errorRatioBelow: 0.07 }),
    message: [
      "'errorRatioBelow' must be below 0.0694, got 0.07: the fastest alert on it fires at 14.4 × 0.07 = 1.008, and a share of failed requests never exceeds 1; promise fewer errors (slo/error-alert-cannot-fire)",
      "'latency.percentile' must be above 93.06, got 90: the fastest alert on it fires at 14.4 × 0.1 = 1.44, and a share of slow requests never exceeds 1; choose a higher percentile (slo/latency-alert-cannot-fire)",
    ].join('\n'),
  },
  {
    id: 'slo/latency-alert-cannot-fire',
    when: 'a percentile that is fine for 30 days, over 90',
    provoke: () => Slo.of({ ...slo, window: Duration.days(90) }),
    message: "'latency.percentile' must be above 97.69, got 95: the fastest alert on it fires at 43.2 × 0.05 = 2.16, and a share of slow requests never exceeds 1; choose a higher percentile (slo/latency-alert-cannot-fire)",
  },
];
