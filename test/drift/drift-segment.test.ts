import { App, Chart, Duration, Testing } from 'cdk8s';
import { DriftCronJob, DriftCronJobProps, DriftSegment, FeatureType, Findings, ModelServing, Monitoring } from '../../src';
import { driftProps } from '../support/drift';
import { aPlatform, servingProps } from '../support/fixtures';
import { objectOf } from '../support/manifests';

const answers = { column: { name: 'score', type: FeatureType.NUMERICAL } };
const detector = (props: Partial<DriftCronJobProps> = {}) => new DriftCronJob(new Chart(new App(), 'fraud'), 'Drift', driftProps(props));
const group = 'job="mlops-drift",model="fraud-detection"';

test('drift is told, and so is that nobody has looked', () => {
  const alerts = new DriftSegment({ detector: detector({ reports: 's3://acme/reports/', answers }) }).alerts();

  expect(alerts.map(({ alertName, query, condition, severity }) => [alertName, query.expr, condition, severity])).toEqual([
    ['ModelDrifted', `max (drift_detected{${group},check="features"})`, '> 0', 'ticket'],
    ['AnswersDrifted', `max (drift_detected{${group},check="answers"})`, '> 0', 'ticket'],
    ['DriftCheckStale', `time() - max(push_time_seconds{${group},check="features"})`, '> 10500', 'ticket'],
    ['DriftNeverChecked', `absent(push_time_seconds{${group},check="features"})`, undefined, 'ticket'],
    ['AnswersCheckStale', `time() - max(push_time_seconds{${group},check="answers"})`, '> 10500', 'ticket'],
    ['AnswersNeverChecked', `absent(push_time_seconds{${group},check="answers"})`, undefined, 'ticket'],
  ]);
  expect(alerts[0].summary).toBe('what it is asked differs from what it was trained on; report: s3://acme/reports/features/latest.html');
  expect(alerts.every(({ owner }) => owner!.team === 'risk-ml')).toBe(true);
});

test('without a report the alert names none, and the age can be chosen', () => {
  const segment = new DriftSegment({ detector: detector({ staleAfter: Duration.hours(26) }) });

  expect(segment.alerts().map(({ summary, condition }) => [summary, condition])).toContainEqual(['what it is asked differs from what it was trained on', '> 0']);
  expect(segment.alerts().find(({ alertName }) => alertName === 'DriftCheckStale')!.condition).toBe('> 93600');
  expect(segment.recordingRules()).toEqual([]);
});

test.each([
  ['0 3 * * *', Duration.hours(48)],
  ['0 3 * * 1', Duration.days(14)],
  ['*/15 * * * *', Duration.minutes(30)],
])('at %s nobody is told before two checks are missing', (schedule, twoPauses) => {
  const late = Duration.minutes(10).toSeconds() + Duration.minutes(45).toSeconds();
  const age = twoPauses.toSeconds() + late;
  const alerts = new DriftSegment({ detector: detector({ schedule }) }).alerts();

  expect(alerts.find(({ alertName }) => alertName === 'DriftCheckStale')!.condition).toBe(`> ${age}`);
  expect(alerts.find(({ alertName }) => alertName === 'DriftNeverChecked')!.holdsFor!.toSeconds()).toBe(age);
});

test('answers are shown and told of only where somebody compares them', () => {
  const titles = [
    'Model has drifted', 'Share of drifted features', 'Drift by feature', 'Missing values in the log', 'Requests judged', 'Time since the last check',
  ];
  const [without, comparing] = [detector(), detector({ answers })].map((each) => new DriftSegment({ detector: each }));

  expect(without.panels().map(({ title }) => title)).toEqual(titles);
  expect(without.alerts().map(({ alertName }) => alertName)).not.toContain('AnswersDrifted');
  expect(comparing.panels().map(({ title }) => title)).toEqual([...titles.slice(0, 3), 'Drift of the answers', ...titles.slice(3)]);
});

test('the share from which the model has drifted is a line in its panel', () => {
  const chart = new Chart(new App(), 'fraud');
  const lineOf = (id: string, driftShare?: number) => new DriftSegment({ detector: new DriftCronJob(chart, id, driftProps({ driftShare })) })
    .panels().find(({ title }) => title === 'Share of drifted features')!.thresholds;

  expect(lineOf('Drift')).toEqual([{ level: 'good' }, { from: 0.3, level: 'bad' }]);
  expect(lineOf('Sooner', 0.1)).toEqual([{ level: 'good' }, { from: 0.1, level: 'bad' }]);
});

test('every query is closed by what the Pushgateway is scraped for', () => {
  const chart = new Chart(new App(), 'fraud', { namespace: 'ml' });
  const serving = new ModelServing(chart, 'Serving', servingProps());
  const check = new DriftCronJob(chart, 'Drift', driftProps());
  const { slo } = servingProps();
  new Monitoring(chart, 'Monitoring', { serving, platform: aPlatform(), slo, segments: [new DriftSegment({ detector: check })] });

  expect(Findings.of(chart).list().filter(({ ruleId }) => ruleId.startsWith('metric/'))).toEqual([]);
  expect(objectOf(Testing.synth(chart), 'PrometheusRule').spec.groups[0].name).toBe('fraud-detection: Drift');
});
