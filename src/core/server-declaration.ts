import { ExportedMetric, MetricType } from './exported-metric';
import { MetricUnit } from './metric-query';
import { IstioReporter } from './server-options';
import { InputError } from '../private/input-error';

/** What a server declares; what it lacks says why, and what to do instead. */
export interface ServerDeclaration {
  /** Name of the server, for messages. */
  readonly server: string;
  readonly port: number;
  readonly path: string;
  readonly requests: ExportedMetric;
  readonly latency: ExportedMetric | Lacking;
  /** Counter of the time that requests took, where there is no histogram. */
  readonly duration?: ExportedMetric;
  readonly failures: ExportedMetric | Lacking;
  readonly failureMatcher?: string;
  readonly requestMatcher?: string;
  readonly istioReporter?: IstioReporter;
  readonly requestsExcludeFailures?: boolean;
  readonly others: ExportedMetric[];
}

/** Why a question cannot be asked, and the remedy. */
export interface Lacking {
  readonly lacking: string;
}

/** Whether a server has no such metric. */
export function isLacking(metric: ExportedMetric | Lacking): metric is Lacking {
  return 'lacking' in metric;
}

const SECONDS_PER: { [unit: string]: number } = {
  [MetricUnit.SECONDS]: 1,
  [MetricUnit.MILLISECONDS]: 0.001,
  [MetricUnit.MICROSECONDS]: 0.000001,
};

/** Seconds in one of the metric's unit. */
export function secondsPerUnit(metric: ExportedMetric): number {
  const seconds = SECONDS_PER[metric.unit ?? MetricUnit.SECONDS];
  if (seconds === undefined) {
    throw new InputError('metric/latency-unit', `'unit' of '${metric.name}' must be a unit of time, got '${metric.unit}'; declare what the server observes`);
  }
  return seconds;
}

/** The series whose rate is the number of events. */
export function countSeries(metric: ExportedMetric): string {
  return metric.type === MetricType.COUNTER ? metric.name : `${metric.name}_count`;
}

/** Refuses a declaration that Prometheus would read differently. */
export function requireDeclaration(metric: ExportedMetric): void {
  if (!/^[A-Za-z_:][A-Za-z0-9_:]*$/.test(metric.name)) {
    throw new InputError('metric/malformed-name', `'name' of a metric must be letters, digits, '_' and ':', not starting with a digit, got '${metric.name}'`);
  }
  const wrongLabel = metric.labels?.find((label) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(label));
  if (wrongLabel !== undefined) {
    throw new InputError('metric/malformed-label', `'labels' of '${metric.name}' must be letters, digits and '_', not starting with a digit, got '${wrongLabel}'; Prometheus writes '_' for everything else`);
  }
  const buckets = metric.buckets ?? [];
  if (buckets.some((bound, i) => !Number.isFinite(bound) || bound <= (buckets[i - 1] ?? -Infinity))) {
    throw new InputError('metric/unsorted-buckets', `'buckets' of '${metric.name}' must be finite and rise, got ${buckets.join(', ')}; '+Inf' is always there`);
  }
}

/** Refuses a port that nothing can listen on. */
export function requirePort(port: number): void {
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new InputError('metric/port-out-of-range', `'port' must be a whole number from 1 to 65535, got ${port}`);
  }
}

/** Refuses a counter that is none. */
export function requireCounting(metric: ExportedMetric, role: string): void {
  if (metric.type === MetricType.GAUGE) {
    throw new InputError('metric/rate-of-gauge', `'${role}' must be a counter or a histogram, got the gauge '${metric.name}', which has no rate`);
  }
}

/** Metrics of one name become one declaration with the labels of all. */
export function mergeByName(metrics: ExportedMetric[]): ExportedMetric[] {
  const merged = new Map<string, ExportedMetric>();
  for (const metric of metrics) {
    const known = merged.get(metric.name);
    const labels = [...new Set([...known?.labels ?? [], ...metric.labels ?? []])];
    merged.set(metric.name, { ...known, ...metric, ...(labels.length > 0 ? { labels } : {}) });
  }
  return [...merged.values()];
}
