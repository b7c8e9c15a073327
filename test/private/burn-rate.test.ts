import { burnRateTiers } from '../../src/private/burn-rate';

test('30 days have the tiers of the SRE workbook', () => {
  expect(burnRateTiers(30)).toEqual([
    { pages: true, factor: 14.4, longWindowHours: 1, shortWindowHours: 1 / 12 },
    { pages: true, factor: 6, longWindowHours: 6, shortWindowHours: 0.5 },
    { pages: false, factor: 1, longWindowHours: 72, shortWindowHours: 6 },
  ]);
});

test.each([
  [28, [13.44, 5.6, 1]],
  [90, [43.2, 18, 3]],
  [7, [3.36, 1.4, 1]],
])('factors grow with a window of %s days, and none fires while the budget is kept', (days, factors) => {
  expect(burnRateTiers(days).map(({ factor }) => factor)).toEqual(factors);
});
