import { Duration } from 'cdk8s';
import { MetricQuery, MetricUnit } from '../core/metric-query';
import { AlertRule, AlertSeverity } from '../monitoring/alert-rule';
import { Panel, PanelKind, PanelLevel } from '../monitoring/panel';

/** Which CronJob is watched. */
export interface WatchedDrill {
  readonly cronJob: string;
  readonly namespace?: string;
  readonly maxAge: Duration;
}

/** How old the last good drill is. */
export function drillPanels(drill: WatchedDrill): Panel[] {
  return [{
    title: 'Last good rollback drill',
    kind: PanelKind.STAT,
    queries: [age(drill)],
    thresholds: [{ level: PanelLevel.GOOD }, { from: drill.maxAge.toSeconds(), level: PanelLevel.BAD }],
    description: 'Time since a version that failed on purpose was sent back in time',
  }];
}

/** What the owner is told: that a rollback would not work, or that nobody knows. */
export function drillAlerts(drill: WatchedDrill): AlertRule[] {
  const days = drill.maxAge.toDays();
  return [
    {
      alertName: 'RollbackDrillFailed',
      query: MetricQuery.promql({
        title: 'drills since the last good one',
        // counted only when none runs: the last one began after the last good one ended
        expr: `(${of(drill, 'kube_cronjob_status_last_schedule_time')} > ${lastGood(drill)}) and on () (${of(drill, 'kube_cronjob_status_active')} == 0)`,
      }),
      severity: AlertSeverity.TICKET,
      holdsFor: Duration.minutes(5),
      summary: `the last rollback drill failed: ConfigMap and log of CronJob ${drill.cronJob} say why`,
    },
    {
      alertName: 'RollbackDrillTooOld',
      query: age(drill),
      condition: `> ${drill.maxAge.toSeconds()}`,
      severity: AlertSeverity.TICKET,
      holdsFor: Duration.minutes(15),
      summary: `no rollback was practised with success for ${days} days, so nobody knows whether it works`,
    },
  ];
}

function age(drill: WatchedDrill): MetricQuery {
  return MetricQuery.promql({ title: 'time since', unit: MetricUnit.SECONDS, expr: `time() - ${lastGood(drill)}` });
}

/** A CronJob that never succeeded is as old as itself. */
function lastGood(drill: WatchedDrill): string {
  return `(${of(drill, 'kube_cronjob_status_last_successful_time')} or ${of(drill, 'kube_cronjob_created')})`;
}

function of({ cronJob, namespace }: WatchedDrill, metric: string): string {
  const inNamespace = namespace === undefined ? '' : `namespace="${namespace}",`;
  return `max(${metric}{${inNamespace}cronjob="${cronJob}"})`;
}
