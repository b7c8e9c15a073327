// The same charts, each judged by policy and with a report of its own.
import { Findings, PolicyPack, StackReport } from '../../lib/index.js';
import { build as buildCharts } from './charts.mjs';

export const title = 'charts with policy and report';
export const counts = [200, 1000];
/** The stock app judges every chart again for every chart: minutes already at 200. */
export const stockUpTo = 0;

export function build(app, count) {
  buildCharts(app, count);
  for (const chart of app.charts) {
    [PolicyPack.supplyChain(), PolicyPack.hardening(), PolicyPack.operations()].forEach((pack) => pack.applyTo(chart));
    Findings.of(chart).acknowledge('hardening/restricted-pod-security', 'the bench measures time');
    new StackReport(chart, 'Report');
  }
}

export function figures(results) {
  return [{ figure: 'with policy and report: time of 1,000 charts, in times of 200', value: results[1000].mlops.cpu / results[200].mlops.cpu, atMost: 5.5 }];
}
