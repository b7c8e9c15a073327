import * as fc from 'fast-check';
import { leMatcher } from '../../src/private/promql/le-matcher';

test.each<[number, string]>([
  [0.1, 'le="0.1"'],
  [0.0001, 'le="0.0001"'],
  [0, 'le=~"0|0\\\\.0"'],
  [-5, 'le=~"-5|-5\\\\.0"'],
  [1, 'le=~"1|1\\\\.0"'],
  [100000, 'le=~"100000|100000\\\\.0"'],
  [1800000, 'le=~"1800000|1800000\\\\.0|1\\\\.8e\\\\+06"'],
  [0.00005, 'le=~"0\\\\.00005|5e-05"'],
  [0.00000025, 'le=~"0\\\\.00000025|2\\\\.5e-07"'],
])('%d is found as exporters and Prometheus write it', (bound, matcher) => {
  expect(leMatcher(bound)).toBe(matcher);
});

test('no bound matches what is another number', () => {
  const bound = fc.oneof(fc.integer({ min: -10_000_000, max: 10_000_000 }), fc.integer({ min: 1, max: 10_000 }).map((n) => n / 10_000));

  fc.assert(fc.property(bound, bound, (one, other) => {
    const pattern = new RegExp(`^(?:${/"(.*)"/.exec(leMatcher(one))![1].replace(/\\\\/g, '\\')})$`);
    fc.pre(one !== other);

    expect(pattern.test(String(one))).toBe(true);
    expect(pattern.test(String(other))).toBe(false);
  }));
});
