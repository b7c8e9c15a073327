import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { Testing } from 'cdk8s';
import { stringify } from 'yaml';
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

function seriesOf(check: string): { series: string; values: string }[] {
  const samples = pushed(check).split('\n').filter((line) => line !== '' && !line.startsWith('#')).map((line) => /^(\w+)\{(.*)\} (\S+)$/.exec(line)!);
  return [
    ...samples.map(([, name, labels, value]) => ({ series: `${name}{job="${GROUP.job}",${labels}}`, values: `${value}x${MINUTES}` })),
    // Prometheus begins its tests at the epoch, so this was pushed at their first second
    { series: `push_time_seconds{job="${GROUP.job}",model="${GROUP.model}",check="${check}"}`, values: `0x${MINUTES}` },
  ];
}

function rules(): any {
  const { chart, segment } = judgedForReal();
  new Monitoring(chart, 'Monitoring', { ...monitoringProps(chart), segments: [segment] });
  return Testing.synth(chart).find(({ kind }) => kind === 'PrometheusRule').spec;
}

/** What fires at each of these minutes, and nothing else does. */
function expectFiring(series: { series: string; values: string }[], moments: { [minute: number]: string[] }): void {
  const folder = mkdtempSync(join(tmpdir(), 'drift-rules-'));
  try {
    writeFileSync(join(folder, 'rules.yaml'), stringify(rules()));
    writeFileSync(join(folder, 'test.yaml'), stringify({
      rule_files: ['rules.yaml'],
      evaluation_interval: '1m',
      tests: [{
        interval: '1m',
        input_series: series,
        promql_expr_test: Object.entries(moments).map(([minute, names]) => ({
          expr: 'group by (alertname) (ALERTS{alertstate="firing"})',
          eval_time: `${minute}m`,
          exp_samples: names.map((name) => ({ labels: `{alertname="${name}"}`, value: 1 })),
        })),
      }],
    }));
    expect(promtool(['test', 'rules', join(folder, 'test.yaml')])).toBe('');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.each(['features', 'answers'])('Prometheus reads what the check of the %s pushes', (check) => {
  expect(promtool(['check', 'metrics'], pushed(check))).toBe('');
});

test('what is pushed by the command fires what is rendered by the library, and an old check is told', () => {
  expectFiring([...seriesOf('features'), ...seriesOf('answers')], {
    10: ['ModelDrifted', 'AnswersDrifted'],
    179: ['ModelDrifted', 'AnswersDrifted'],
    190: ['ModelDrifted', 'AnswersDrifted', 'DriftCheckStale'],
  });
});

test('where nothing was ever pushed, somebody is told after three hours', () => {
  expectFiring([], { 170: [], 190: ['DriftNeverChecked'] });
});
