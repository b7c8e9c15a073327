import { Duration } from 'cdk8s';
import { AlertRule, AlertSeverity } from './alert-rule';
import { IMonitoringSegment, RecordingRule } from './segment';
import { MetricQuery, MetricUnit } from '../core/metric-query';
import { Owner } from '../core/owner';
import { InputError } from '../private/input-error';
import { promDuration } from '../private/prom-duration';
import { MODEL_LABEL } from '../private/series-labels';

/** What every rule of a model carries. */
export interface RuleContext {
  readonly model: string;
  /** Empty where the namespace is not known at synthesis. */
  readonly namespace: string;
  readonly owner: Owner;
  /** Whether nobody hears what the model says, so that nobody is woken up for it. */
  readonly isShadow?: boolean;
}

const DEFAULT_HOLDS_FOR = Duration.minutes(2);
const DEFAULT_KEEP_FIRING_FOR = Duration.minutes(5);

/** How Prometheus' templates write a number of a unit. */
const VALUE: { [unit: string]: string } = {
  [MetricUnit.RATIO]: '{{ $value | humanizePercentage }}',
  [MetricUnit.SECONDS]: '{{ $value | humanizeDuration }}',
  [MetricUnit.BYTES]: '{{ $value | humanize1024 }}B',
};

/** Groups of a PrometheusRule: one for each segment that has rules, in which recorded numbers come before the alerts that use them. */
export function toRuleGroups(segments: IMonitoringSegment[], context: RuleContext): unknown[] {
  const written = new Set<string>();
  return segments.flatMap((segment) => {
    const recordings = segment.recordingRules().filter((rule) => !written.has(rule.record.name));
    recordings.forEach((rule) => written.add(rule.record.name));
    const rules = [
      ...recordings.map((rule) => toRecording(rule, context)),
      ...segment.alerts().map((alert) => toAlert(alert, context)),
    ];
    return rules.length > 0 ? [{ name: groupName(segment, context), rules }] : [];
  });
}

/** The expression that is true while the alert holds. */
export function conditionOf(alert: AlertRule): MetricQuery {
  const { query, condition } = alert;
  return condition === undefined
    ? query
    : MetricQuery.promql({ expr: `(${query.expr}) ${condition}`, title: query.title, unit: query.unit });
}

/** Whether query and condition make an expression together. */
export function isParsed(alert: AlertRule): boolean {
  try {
    conditionOf(alert);
    return true;
  } catch (error) {
    if (!(error instanceof InputError)) {throw error;}
    return false;
  }
}

function toRecording(rule: RecordingRule, context: RuleContext): unknown {
  return {
    record: rule.record.name,
    expr: rule.query.expr,
    labels: { ...namespaceOf(context), [MODEL_LABEL]: context.model },
  };
}

function toAlert(alert: AlertRule, context: RuleContext): unknown {
  const owner = alert.owner ?? context.owner;
  return {
    alert: alert.alertName,
    expr: conditionOf(alert).expr,
    for: promDuration(alert.holdsFor ?? DEFAULT_HOLDS_FOR),
    keep_firing_for: promDuration(alert.keepFiringFor ?? DEFAULT_KEEP_FIRING_FOR),
    labels: { ...namespaceOf(context), model: context.model, owner: owner.team, severity: context.isShadow ? AlertSeverity.TICKET : alert.severity },
    annotations: {
      summary: `${context.model}: ${alert.summary}`,
      ...hasNumber(alert) ? { description: `${alert.query.title}: ${VALUE[alert.query.unit] ?? '{{ $value | humanize }}'}` } : {},
      runbook_url: owner.runbookUrl,
      ...owner.contact === undefined ? {} : { contact: owner.contact },
    },
  };
}

/** The value of `absent(…)` and the like says nothing to anybody. */
function hasNumber(alert: AlertRule): boolean {
  return alert.condition !== undefined || alert.query.unit !== MetricUnit.NONE;
}

function namespaceOf(context: RuleContext): { namespace?: string } {
  return context.namespace === '' ? {} : { namespace: context.namespace };
}

function groupName(segment: IMonitoringSegment, context: RuleContext): string {
  return `${context.model}: ${segment.segmentName}`;
}
