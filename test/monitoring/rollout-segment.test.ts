import { App, Chart, Duration, Testing } from 'cdk8s';
import { monitoringProps } from './fixtures';
import { CanaryRollout, Findings, Monitoring, RolloutSegment, RolloutSegmentProps } from '../../src';
import { FakeServing } from '../support/fake-serving';

const stages = [5, 100].map((weight) => ({ weight, duration: Duration.minutes(30), firstMeasurement: Duration.seconds(330), guardrailNames: [] }));

function segment(overrides: Partial<RolloutSegmentProps> = {}): RolloutSegment {
  const chart = new Chart(new App(), 'fraud');
  return new RolloutSegment({
    rollout: CanaryRollout.fromRolloutAttributes(chart, 'Rollout', { rolloutName: 'fraud', rolloutNamespace: 'ml', stages }),
    serving: new FakeServing(chart, 'Serving'),
    ...overrides,
  });
}

test('every panel and every alert finds what it asks for', () => {
  const chart = Testing.chart();
  const props = monitoringProps(chart);
  const rollout = CanaryRollout.fromRolloutAttributes(chart, 'Rollout', { rolloutName: 'fraud', rolloutNamespace: 'ml' });
  const monitoring = new Monitoring(chart, 'Monitoring', { ...props, segments: [new RolloutSegment({ rollout, serving: props.serving })] });

  expect(Findings.of(monitoring).list()).toEqual([]);
});

test('the phase stands on the wall, worse ones higher', () => {
  const [phase] = segment().panels();
  const sum = (phases: string) => `sum(rollout_info{exported_namespace="ml",name="fraud",phase=~"${phases}"})`;

  expect(phase).toMatchObject({ title: 'Rollout', kind: 'stat' });
  expect(phase.queries[0].expr).toBe(
    `0 * ${sum('Completed')} or ${sum('Progressing')} or 2 * ${sum('Paused')} or 3 * ${sum('Abort|Error|InvalidSpec|Timeout')}`);
});

test('requests are shown version by version, where the model is known', () => {
  const [, requests] = segment().panels();
  const answered = 'rate(http_requests_total{namespace="ml",cdk8s_mlops_io_model="fraud-detection"}[$__rate_interval])';

  expect([requests.title, requests.description, requests.legendLabel]).toEqual([
    'Requests by version', 'Stages of the new version: 5 %, 100 %', 'rollouts_pod_template_hash',
  ]);
  expect(requests.queries[0].expr).toBe(`(sum by (rollouts_pod_template_hash) (${answered})) / on () group_left () ((sum(${answered})) > 0)`);
  expect(segment({ serving: undefined }).panels().map(({ title }) => title)).toEqual([
    'Rollout', 'Pods of the rollout', 'Guardrails that did not hold', 'Guardrails that are only measured and did not hold',
  ]);
});

test('somebody is told of what went back, waits, failed, is stuck, or of nothing at all', () => {
  expect(segment().alerts().map(({ alertName, severity, holdsFor }) => [alertName, severity, holdsFor!.toMinutes()])).toEqual([
    ['RolloutAborted', 'ticket', 1],
    ['RolloutWaitsForPerson', 'ticket', 5],
    ['RolloutFailed', 'ticket', 5],
    ['RolloutStuck', 'ticket', 120],
    ['RolloutMetricsAbsent', 'ticket', 15],
  ]);
});

test('the namespace is where the monitor of the controller leaves it', () => {
  const absent = (overrides: Partial<RolloutSegmentProps>) => segment(overrides).alerts().at(-1)!.query.expr;
  const nowhere = CanaryRollout.fromRolloutAttributes(Testing.chart(), 'Rollout', { rolloutName: 'fraud' });

  expect(absent({})).toBe('absent(rollout_info{exported_namespace="ml",name="fraud"})');
  expect(absent({ honorLabels: true })).toBe('absent(rollout_info{namespace="ml",name="fraud"})');
  expect(absent({ rollout: nowhere })).toBe('absent(rollout_info{name="fraud"})');
});

test('nothing is recorded', () => {
  expect(segment().recordingRules()).toEqual([]);
});
