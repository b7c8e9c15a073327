import { Duration } from 'cdk8s';
import { promDuration } from '../../src/private/prom-duration';

test.each([
  [Duration.days(30), '30d'],
  [Duration.hours(6), '6h'],
  [Duration.minutes(90), '90m'],
  [Duration.seconds(45), '45s'],
  [Duration.millis(1500), '1500ms'],
])('%s is written in the largest unit that leaves no rest', (duration, written) => {
  expect(promDuration(duration)).toBe(written);
});
