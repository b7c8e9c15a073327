import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { stringify } from 'yaml';
import { promtool } from '../harness/promtool';

/** Series by selector, in promtool's notation: `start+step x times`. */
export interface Series { [selector: string]: string }

/** Alerts that fire, by minute. */
export type Moments = Record<number, string[]>;

const INTERVAL = '1m';

/** What fires at each of these minutes, judged by Prometheus itself, and nothing else does. */
export function expectFiring(rules: unknown, series: Series, moments: Moments): void {
  const folder = mkdtempSync(join(tmpdir(), 'rules-'));
  try {
    writeFileSync(join(folder, 'rules.yaml'), stringify(rules));
    writeFileSync(join(folder, 'test.yaml'), stringify({
      rule_files: ['rules.yaml'],
      evaluation_interval: INTERVAL,
      tests: [{
        interval: INTERVAL,
        input_series: Object.entries(series).map(([selector, values]) => ({ series: selector, values })),
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
