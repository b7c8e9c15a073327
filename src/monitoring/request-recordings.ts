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

/** Name of the recorded requests per second over a range. */
export function requestsRecord(window: Duration): string {
  return `model:requests:rate${promDuration(window)}`;
}

/** Requests per second over a range. Segments that need it all bring it; equal rules are written once. */
export function recordRequests(requests: Requests, window: Duration): RecordingRule {
  const query = requests.metrics.throughput(requests.over(window));
  return { record: recorded(requestsRecord(window), MetricUnit.REQUESTS_PER_SECOND), query };
}

/** The recorded series of one model. */
export function selectRecorded(record: string, serving: IModelServing): string {
  return `${record}{${ModelSeries.of(serving).matchers}}`;
}

/** A query over recorded series. */
export function promql(title: string, expr: string, unit?: MetricUnit): MetricQuery {
  return MetricQuery.promql({ title, expr, unit });
}
