import { Duration } from 'cdk8s';
import { burnRate, FASTEST_BURN } from '../../src/private/burn-rate';

test.each([
  [7, 3.36],
  [28, 13.44],
  [30, 14.4],
  [90, 43.2],
])('an objective over %s days burns %s times too fast when somebody is woken up at once', (days, rate) => {
  expect(burnRate(FASTEST_BURN, Duration.days(days))).toBe(rate);
});

test('a rate that keeps the promise is never the limit', () => {
  expect(burnRate({ budgetShare: 0.1, range: Duration.days(3) }, Duration.days(30))).toBe(1);
  expect(burnRate({ budgetShare: 0.1, range: Duration.days(3) }, Duration.days(7))).toBe(1);
});
