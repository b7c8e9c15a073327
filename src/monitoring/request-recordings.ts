import { Duration } from 'cdk8s';
import { ModelSeries } from './model-series';
import { Requests } from './requests';
import { RecordingRule } from './segment';
import { ExportedMetric, MetricType } from '../core/exported-metric';
import { MetricQuery, MetricUnit } from '../core/metric-query';
import { promDuration } from '../private/prom-duration';
import { MODEL_LABEL } from '../private/series-labels';
import { IModelServing } from '../serving/serving';

/** A recorded series, with the labels that `Monitoring` adds to it. */
export function recorded(name: string, unit: MetricUnit): ExportedMetric {
  return { name, unit, type: MetricType.GAUGE, labels: ['namespace', MODEL_LABEL] };
}

/** Requests per second over a range. Segments that need it all bring it; equal rules are written once. */
export function recordRequests(requests: Requests, window: Duration): RecordingRule {
  const query = requests.metrics.throughput(requests.over(window));
  return { record: recorded(`model:requests:rate${promDuration(window)}`, MetricUnit.REQUESTS_PER_SECOND), query };
}

/** The recorded series of one model. */
export function selectRecorded(rule: RecordingRule, serving: IModelServing): string {
  return `${rule.record.name}{${ModelSeries.of(serving).matchers}}`;
}

/** A query over recorded series. */
export function promql(title: string, expr: string, unit?: MetricUnit): MetricQuery {
  return MetricQuery.promql({ title, expr, unit });
}
