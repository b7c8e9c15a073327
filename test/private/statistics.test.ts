import { normalQuantile, trialsForMeans, trialsForProportions } from '../../src/private/statistics';

test.each([
  // reference values: Python's statistics.NormalDist().inv_cdf
  [0.975, 1.9599639845400536], [0.8, 0.8416212335729144], [0.9, 1.2815515655446008], [0.995, 2.5758293035489], [0.5, 0],
  [0.01, -2.3263478740408408], [1e-8, -5.61200124417479],
  [1 - 0.025, 1.9599639845400536], [1e-15, -7.941345326170998],
])('a standard normal variable stays with probability %d below %d', (probability, quantile) => {
  expect(normalQuantile(probability)).toBeCloseTo(quantile, 10);
});

test.each([
  // reference values: power.prop.test of R, which rounds up to these
  [0.1, 0.12, { significance: 0.05, power: 0.8 }, 3841], [0.5, 0.75, { significance: 0.05, power: 0.9 }, 77],
])('to tell %d from %d takes trials', (one, other, power, trials) => {
  expect(trialsForProportions(one, other, power)).toBe(trials);
  expect(trialsForProportions(other, one, power)).toBe(trials);
});

test('to tell two means apart takes more trials the smaller their difference is', () => {
  expect(trialsForMeans(1, 1, { significance: 0.05, power: 0.9 })).toBe(22);
  expect(trialsForMeans(-2, 20, { significance: 0.05, power: 0.8 })).toBe(1570);
});
