import { Duration } from 'cdk8s';
import { MetricQuery } from '../core/metric-query';
import { AlertRule, AlertSeverity } from '../monitoring/alert-rule';
import { Panel, PanelKind, PanelLevel } from '../monitoring/panel';

/** Which Job is watched. */
export interface WatchedStages {
  readonly job: string;
  readonly namespace?: string;
  readonly modelName: string;
}

/** How the new version fares. */
export function stagedPanels(stages: WatchedStages): Panel[] {
  return [{
    title: 'Staged traffic',
    description: '0: the new version has all requests; 1: it is on its way; 2: it was sent back, or the program failed',
    kind: PanelKind.STAT,
    queries: [MetricQuery.promql({
      title: 'stages',
      expr: `0 * (${done(stages)} == 1) or 2 * (${failed(stages)} == 1) or 0 * ${of(stages, 'kube_job_created')} + 1`,
    })],
    thresholds: [{ level: PanelLevel.GOOD }, { from: 1, level: PanelLevel.WARNING }, { from: 2, level: PanelLevel.BAD }],
  }];
}

/** Whom a version that did not arrive concerns. */
export function stagedAlerts(stages: WatchedStages): AlertRule[] {
  return [{
    alertName: 'StagedTrafficFailed',
    query: MetricQuery.promql({ title: 'whether it failed', expr: failed(stages) }),
    condition: '== 1',
    severity: AlertSeverity.TICKET,
    holdsFor: Duration.minutes(1),
    summary: `a version of ${stages.modelName} did not take over: the log of Job ${stages.job} and the annotation cdk8s-mlops.io/stage say why, and what it has now`,
  }];
}

function done(stages: WatchedStages): string {
  return of(stages, 'kube_job_complete', 'condition="true"');
}

function failed(stages: WatchedStages): string {
  return of(stages, 'kube_job_failed', 'condition="true"');
}

function of({ job, namespace }: WatchedStages, metric: string, matcher?: string): string {
  const matchers = [...namespace === undefined ? [] : [`namespace="${namespace}"`], `job_name="${job}"`, ...matcher === undefined ? [] : [matcher]];
  return `max(${metric}{${matchers.join(',')}})`;
}
