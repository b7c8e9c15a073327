import { Duration } from 'cdk8s';
import { Slo } from '../../src';

test('budgets are what the objectives leave over', () => {
  const slo = Slo.of({ latency: { percentile: 99.9, below: Duration.millis(250) }, errorRatioBelow: 0.005 });

  expect(slo.errorBudget).toBe(0.005);
  expect(slo.latencyBudget).toBe(0.001);
  expect(slo.window.toDays()).toBe(30);
});

test('the largest budgets whose fastest alert can fire', () => {
  const slo = Slo.of({ latency: { percentile: 93.1, below: Duration.millis(1) }, errorRatioBelow: 0.069, window: Duration.days(30) });

  expect(slo.latencyBudget).toBe(0.069);
});

test('a shorter window leaves room for a larger budget', () => {
  const slo = Slo.of({ latency: { percentile: 75, below: Duration.seconds(2) }, errorRatioBelow: 0.25, window: Duration.days(7) });

  expect(slo.errorBudget).toBe(0.25);
});
