import { Testing } from 'cdk8s';
import { AvailabilitySegment } from '../../src';
import { FakeServing } from '../support/fake-serving';

const segment = new AvailabilitySegment({ serving: new FakeServing(Testing.chart(), 'Serving') });
const model = 'namespace="ml",cdk8s_mlops_io_model="fraud-detection"';

test('a wall shows how many pods are up, and zero where there is none', () => {
  expect(segment.panels().map((panel) => [panel.title, panel.queries[0].expr])).toEqual([
    ['Pods up', `sum(min by (namespace, pod) (up{${model}})) or vector(0)`],
  ]);
});

test('only where no pod answers somebody is woken', () => {
  expect(segment.alerts().map(({ alertName, severity, holdsFor }) => [alertName, severity, holdsFor!.toMinutes()])).toEqual([
    ['TargetsAbsent', 'page', 5],
    ['TargetDown', 'ticket', 10],
    ['RequestMetricsAbsent', 'ticket', 15],
    ['RequestsStopped', 'ticket', 15],
  ]);
});

test('absent request metrics are told from absent pods', () => {
  const [, , absent] = segment.alerts();

  expect(absent.query.expr).toBe(`absent(sum(rate(http_requests_total{${model}}[15m]))) and on () count(up{${model}} == 1) and on () (`
    + `avg_over_time(model:requests:rate5m{${model}}[30m] offset 1d) > 0 or `
    + `absent_over_time(model:requests:rate5m{${model}}[1d]) and on () count(up{${model}} offset 1d == 1))`);
});

test('requests have stopped when some came at this time yesterday', () => {
  const [, , , stopped] = segment.alerts();

  expect(stopped.query.expr).toBe(
    `avg_over_time(model:requests:rate5m{${model}}[30m]) == 0 and avg_over_time(model:requests:rate5m{${model}}[30m] offset 1d) > 0`);
  expect(segment.recordingRules().map((rule) => rule.record.name)).toEqual(['model:requests:rate5m']);
});
