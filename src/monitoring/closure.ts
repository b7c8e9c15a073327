import { conditionOf, isParsed } from './prometheus-rules';
import { IMonitoringSegment } from './segment';
import { ExternalMetrics } from '../core/external-metrics';
import { FindingOptions, FindingSeverity } from '../core/findings';
import { MetricClosure } from '../core/metric-closure';
import { MetricQuery } from '../core/metric-query';
import { MODEL_LABEL, TARGET_LABEL_KEYS } from '../private/series-labels';
import { IModelServing } from '../serving/serving';

/** Everything that answers or asks about one model. */
export interface ClosureInput {
  readonly serving: IModelServing;
  readonly segments: IMonitoringSegment[];
  readonly external: ExternalMetrics[];
  /** Queries that no segment brings. */
  readonly others: MetricQuery[];
}

/** A query and where it stands, for people. */
interface Place {
  readonly where: string;
  readonly query: MetricQuery;
}

/** A finding for each metric that nobody exports and each label that nobody sets, at the first query that asks for it. */
export function findUnanswered(input: ClosureInput): FindingOptions[] {
  const closure = closureOf(input);
  const first = new Map<string, FindingOptions>();
  for (const { where, query } of placesOf(input)) {
    for (const { ruleId, message, remedy } of closure.gapsOf(query)) {
      const key = message.replace(`'${query.title}'`, '');
      if (!first.has(key)) {
        first.set(key, { ruleId, severity: FindingSeverity.ERROR, message: `${where}: ${message}`, remedy });
      }
    }
  }
  return [...first.values()];
}

function closureOf({ serving, segments, external }: ClosureInput): MetricClosure {
  const addedLabels = [MODEL_LABEL, ...serving.servingNamespace === '' ? [] : ['namespace']];
  return MetricClosure.of({
    scraped: [{ metrics: serving.metrics.exported, podTargetLabels: TARGET_LABEL_KEYS, addedLabels: [MODEL_LABEL] }],
    external: [ExternalMetrics.kubernetes(), ...external, ...segments.flatMap((segment) => segment.externalMetrics ?? [])],
    recorded: segments.flatMap((segment) => segment.recordingRules())
      .map((rule) => ({ metricName: rule.record.name, query: rule.query, addedLabels })),
  });
}

function placesOf({ segments, others }: ClosureInput): Place[] {
  return [
    ...segments.flatMap((segment) => {
      const of = (what: string, name: string) => `segment '${segment.segmentName}', ${what} '${name}'`;
      return [
        ...segment.recordingRules().map((rule) => ({ where: of('recording rule', rule.record.name), query: rule.query })),
        ...segment.alerts().map((alert) => ({ where: of('alert', alert.alertName), query: isParsed(alert) ? conditionOf(alert) : alert.query })),
        ...segment.panels().flatMap((panel) => panel.queries.map((query) => ({ where: of('panel', panel.title), query }))),
      ];
    }),
    ...others.map((query) => ({ where: 'dashboard', query })),
  ];
}
