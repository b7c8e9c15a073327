import { Duration } from 'cdk8s';
import { endedBadly, lastGood, WatchedCronJob } from './cron-job-watch';
import { MetricQuery, MetricUnit } from '../core/metric-query';
import { AlertRule, AlertSeverity } from '../monitoring/alert-rule';
import { Panel, PanelKind, PanelLevel } from '../monitoring/panel';

/** Which CronJob is watched. */
export interface WatchedDrill extends WatchedCronJob {
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
  return [
    {
      alertName: 'RollbackDrillFailed',
      query: MetricQuery.promql({
        title: 'drills since the last good one',
        expr: endedBadly(drill),
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
      summary: `no rollback was practised with success for ${drill.maxAge.toHumanString()}, so nobody knows whether it works`,
    },
  ];
}

function age(drill: WatchedDrill): MetricQuery {
  return MetricQuery.promql({ title: 'time since', unit: MetricUnit.SECONDS, expr: `time() - ${lastGood(drill)}` });
}
