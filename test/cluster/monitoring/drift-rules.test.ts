import { readFileSync } from 'fs';
import { join } from 'path';
import { Testing } from 'cdk8s';
import { expectFiring, Series } from './firing';
import { Monitoring } from '../../../src';
import { monitoringProps } from '../../monitoring/fixtures';
import { judgedForReal } from '../../support/drift-for-real';
import { promtool } from '../harness/promtool';

const GROUP = { job: 'mlops-drift', model: 'fraud-detection' };
const MINUTES = 400;

/**
 * What the real command pushes for a world that moved: a test of the runtime compares it with this file. Here Prometheus reads it, under the
 * labels of its group in the Pushgateway, and judges the rules that are rendered for the same check.
 */
const pushed = (check: string) => readFileSync(join(__dirname, '..', '..', '..', 'runtime', 'tests', 'rendered', `pushed-${check}.prom`), 'utf8');

function seriesOf(check: string): Series {
  const samples = pushed(check).split('\n').filter((line) => line !== '' && !line.startsWith('#')).map((line) => /^(\w+)\{(.*)\} (\S+)$/.exec(line)!);
  return {
    ...Object.fromEntries(samples.map(([, name, labels, value]) => [`${name}{job="${GROUP.job}",${labels}}`, `${value}x${MINUTES}`])),
    // Prometheus begins its tests at the epoch, so this was pushed at their first second
    [`push_time_seconds{job="${GROUP.job}",model="${GROUP.model}",check="${check}"}`]: `0x${MINUTES}`,
  };
}

function rules(): any {
  const { chart, segment } = judgedForReal();
  new Monitoring(chart, 'Monitoring', { ...monitoringProps(chart), segments: [segment] });
  return Testing.synth(chart).find(({ kind }) => kind === 'PrometheusRule').spec;
}

test.each(['features', 'answers'])('Prometheus reads what the check of the %s pushes', (check) => {
  expect(promtool(['check', 'metrics'], pushed(check))).toBe('');
});

test('what is pushed by the command fires what is rendered by the library, and an old check is told', () => {
  expectFiring(rules(), { ...seriesOf('features'), ...seriesOf('answers') }, {
    10: ['ModelDrifted', 'AnswersDrifted'],
    174: ['ModelDrifted', 'AnswersDrifted'],
    190: ['ModelDrifted', 'AnswersDrifted', 'DriftCheckStale', 'AnswersCheckStale'],
  });
});

test('a check of the answers that fails hides behind none of the features', () => {
  expectFiring(rules(), { ...seriesOf('answers'), ...seriesOf('features'), [`push_time_seconds{job="${GROUP.job}",model="${GROUP.model}",check="features"}`]: `0+60x${MINUTES}` }, {
    190: ['ModelDrifted', 'AnswersDrifted', 'AnswersCheckStale'],
  });
});

test('where nothing was ever pushed, somebody is told when two checks are missing', () => {
  expectFiring(rules(), {}, { 170: [], 190: ['DriftNeverChecked', 'AnswersNeverChecked'] });
});
