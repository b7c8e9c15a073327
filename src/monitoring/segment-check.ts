import { isParsed } from './prometheus-rules';
import { IMonitoringSegment } from './segment';
import { MetricQuery } from '../core/metric-query';
import { describe } from '../private/input-error';

/** What is wrong with the segments of one model, each problem as a message. */
export function checkSegments(segments: IMonitoringSegment[]): string[] {
  return [
    ...repeated(segments, (segment) => segment.segmentName).map(([name]) => describe('monitoring/segment-name-taken',
      `two segments are named '${name}'; give one of them another name, or put their content into one`)),
    ...segments.flatMap((segment) => [...checkAlerts(segment), ...checkRecordings(segment)]),
    ...checkAlertNames(segments),
    ...checkRecordNames(segments),
  ];
}

function checkAlerts(segment: IMonitoringSegment): string[] {
  return segment.alerts().flatMap((alert) => [
    ...!/^[A-Z][A-Za-z0-9]*$/.test(alert.alertName) ? [describe('monitoring/malformed-alert-name',
      `an alert name must be CamelCase such as 'RequestsStopped', got '${alert.alertName}' of segment '${segment.segmentName}'`)] : [],
    ...checkRule(alert.query, `alert '${alert.alertName}' of segment '${segment.segmentName}'`),
    ...isParsed(alert) ? [] : [describe('monitoring/malformed-condition',
      `the condition of alert '${alert.alertName}' of segment '${segment.segmentName}' must be a comparison such as '> 0.01', got '${alert.condition}'`)],
  ]);
}

function checkRecordings(segment: IMonitoringSegment): string[] {
  return segment.recordingRules().flatMap((rule) => checkRule(rule.query, `recording rule '${rule.record.name}' of segment '${segment.segmentName}'`));
}

function checkRule(query: MetricQuery, where: string): string[] {
  return query.hasGrafanaVariables ? [describe('monitoring/dashboard-variable-in-rule',
    `${where} asks '${query.expr}', whose variable only Grafana knows; give the query a range of its own, as over('5m') does`)] : [];
}

function checkAlertNames(segments: IMonitoringSegment[]): string[] {
  const alerts = segments.flatMap((segment) => segment.alerts().map((alert) => ({ name: alert.alertName, segment: segment.segmentName })));
  return repeated(alerts, (alert) => alert.name).map(([name, places]) => describe('monitoring/alert-name-taken',
    `two alerts are named '${name}', in the segments ${namesOf(places)}; `
    + 'give one of them another name, as the name is all that the person who is woken up sees'));
}

/** The same rule from two segments is written once; the same name for two rules would mix their numbers. */
function checkRecordNames(segments: IMonitoringSegment[]): string[] {
  const rules = segments.flatMap((segment) => segment.recordingRules().map((rule) =>
    ({ name: rule.record.name, expr: rule.query.expr, segment: segment.segmentName })));
  return repeated(rules, (rule) => rule.name)
    .filter(([, places]) => places.some((rule) => rule.expr !== places[0].expr))
    .map(([name, places]) => describe('monitoring/record-name-taken',
      `two recording rules are named '${name}' and compute different numbers, in the segments ${namesOf(places)}; `
      + 'give one of them another name'));
}

function namesOf(places: { segment: string }[]): string {
  const quoted = places.map((place) => `'${place.segment}'`);
  return `${quoted.slice(0, -1).join(', ')} and ${quoted[quoted.length - 1]}`;
}

function repeated<T>(items: T[], keyOf: (item: T) => string): [string, T[]][] {
  const byKey = new Map<string, T[]>();
  items.forEach((item) => byKey.set(keyOf(item), [...byKey.get(keyOf(item)) ?? [], item]));
  return [...byKey].filter(([, same]) => same.length > 1);
}
