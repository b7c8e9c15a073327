import fc from 'fast-check';
import { bottomOf, placePanels } from '../../../src/monitoring/grafana/layout';

test('two panels share a line', () => {
  expect(placePanels(2, 3, 8, 3)).toEqual([{ x: 0, y: 3, w: 12, h: 8 }, { x: 12, y: 3, w: 12, h: 8 }]);
});

test('four panels of at most three a line make two lines of two, five make three and two', () => {
  expect(placePanels(4, 0, 8, 3).map(({ x, y, w }) => [x, y, w])).toEqual([[0, 0, 12], [12, 0, 12], [0, 8, 12], [12, 8, 12]]);
  expect(placePanels(5, 0, 8, 3).map(({ x, y, w }) => [x, y, w])).toEqual([[0, 0, 8], [8, 0, 8], [16, 0, 8], [0, 8, 12], [12, 8, 12]]);
});

test('however many panels there are, every line is filled from edge to edge in whole columns', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 6 }), (count, perLine) => {
    const places = placePanels(count, 0, 5, perLine);
    const lines = [...new Set(places.map(({ y }) => y))].map((y) => places.filter((place) => place.y === y));

    expect(places).toHaveLength(count);
    for (const line of lines) {
      expect(line.length).toBeLessThanOrEqual(perLine);
      expect(line.reduce((right, { x, w }) => (x === right && Number.isInteger(w) && w > 0 ? right + w : NaN), 0)).toBe(24);
    }
  }));
});

test('what follows starts below the lowest panel', () => {
  expect(bottomOf(placePanels(4, 2, 8, 3), 2)).toBe(18);
  expect(bottomOf([], 7)).toBe(7);
});
