import { Duration } from 'cdk8s';
import { ObjectLock } from '../../src';

test('each mode is asked for by its name', () => {
  expect(ObjectLock.governance(Duration.hours(48))).toMatchObject({ mode: 'GOVERNANCE', days: 2 });
  expect(ObjectLock.compliance(Duration.days(1))).toMatchObject({ mode: 'COMPLIANCE', days: 1 });
});

test.each([Duration.days(0), Duration.hours(23), Duration.hours(25)])('compliance for %s is refused', (retention) => {
  expect(() => ObjectLock.compliance(retention)).toThrow('the retention of an object lock must be whole days, at least one, got ');
});
