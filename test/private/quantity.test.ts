import { parseQuantity } from '../../src/private/quantity';

test.each([
  ['2', 2],
  [2, 2],
  ['0.5', 0.5],
  ['.5', 0.5],
  ['500m', 0.5],
  ['250u', 0.00025],
  ['100n', 1e-7],
  ['4Gi', 4 * 2 ** 30],
  ['512Mi', 512 * 2 ** 20],
  ['64Ki', 65536],
  ['1Ti', 2 ** 40],
  ['1Pi', 2 ** 50],
  ['1Ei', 2 ** 60],
  ['5k', 5000],
  ['5M', 5e6],
  ['1.5G', 1.5e9],
  ['1T', 1e12],
  ['1P', 1e15],
  ['1E', 1e18],
  ['1e3', 1000],
  ['12E2', 1200],
  ['-1', -1],
])('%p is %p', (quantity, expected) => {
  expect(parseQuantity(quantity)).toBeCloseTo(expected, 12);
});

test.each(['', 'Gi', '1 Gi', '1gi', '4GB', undefined, 'many'])('%p is no quantity', (quantity) => {
  expect(parseQuantity(quantity)).toBeUndefined();
});
