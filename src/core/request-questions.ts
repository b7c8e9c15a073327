import { Duration } from 'cdk8s';
import { ExportedMetric } from './exported-metric';
import { MetricQuery, MetricUnit } from './metric-query';
import { MetricScope } from './request-metrics';
import { countSeries, isLacking, Lacking, secondsPerUnit, ServerDeclaration } from './server-declaration';
import { InputError } from '../private/input-error';
import { leMatcher } from '../private/promql/le-matcher';

/** Latency that a share of the requests stays below. */
export function latencyQuery(server: ServerDeclaration, percentile: number, scope: MetricScope): MetricQuery {
  const latency = has(server, server.latency, 'latency');
  const buckets = sumOfRates(`${latency.name}_bucket`, server, scope, { groupBy: ['le'] });
  return MetricQuery.promql({
    expr: inSeconds(`histogram_quantile(${quantileOf(percentile)}, ${buckets})`, latency),
    title: `p${percentile} latency`,
    unit: MetricUnit.SECONDS,
  });
}

/** Latency of the average request. */
export function meanLatencyQuery(server: ServerDeclaration, scope: MetricScope): MetricQuery {
  const time = server.duration ?? has(server, server.latency, 'latency');
  const [total, count] = server.duration
    ? [time.name, countSeries(server.requests)]
    : [`${time.name}_sum`, `${time.name}_count`];
  return MetricQuery.promql({
    expr: inSeconds(`${sumOfRates(total, server, scope)} / (${sumOfRates(count, server, scope)} > 0)`, time),
    title: 'mean latency',
    unit: MetricUnit.SECONDS,
  });
}

/** Share of the requests that take longer. */
export function slowRatioQuery(server: ServerDeclaration, threshold: Duration, scope: MetricScope): MetricQuery {
  const latency = has(server, server.latency, 'latency');
  const bound = boundAt(latency, threshold);
  const fast = sumOfRates(`${latency.name}_bucket`, server, scope, { matchers: leMatcher(bound) });
  const all = sumOfRates(`${latency.name}_count`, server, scope);
  return MetricQuery.promql({
    expr: `1 - ${fast} / (${all} > 0)`,
    title: `share of requests slower than ${threshold.toMilliseconds()} ms`,
    unit: MetricUnit.RATIO,
  });
}

/**
 * Share of the requests that fail.
 *
 * A counter that was never incremented does not exist: no failure is 0 as long as there is traffic, and no traffic is no answer rather than 0.
 */
export function errorRatioQuery(server: ServerDeclaration, scope: MetricScope): MetricQuery {
  const failures = sumOfRates(countSeries(has(server, server.failures, 'failures')), server, scope, { matchers: server.failureMatcher });
  const requests = sumOfRates(countSeries(server.requests), server, scope);
  const all = server.requestsExcludeFailures ? eitherOrBoth(requests, failures) : requests;
  return MetricQuery.promql({ expr: `(${failures} or 0 * ${all}) / (${all} > 0)`, title: 'error ratio', unit: MetricUnit.RATIO });
}

/** Requests per second. */
export function throughputQuery(server: ServerDeclaration, scope: MetricScope): MetricQuery {
  const requests = sumOfRates(countSeries(server.requests), server, scope);
  const failures = server.requestsExcludeFailures && !isLacking(server.failures)
    ? sumOfRates(countSeries(server.failures), server, scope, { matchers: server.failureMatcher })
    : undefined;
  return MetricQuery.promql({
    expr: failures ? eitherOrBoth(requests, failures) : requests,
    title: 'requests per second',
    unit: MetricUnit.REQUESTS_PER_SECOND,
  });
}

/** The sum of two counters, each of which may not exist yet. */
export function eitherOrBoth(one: string, other: string): string {
  return `((${one} or 0 * ${other}) + (${other} or 0 * ${one}))`;
}

/** Matchers side by side, without braces and without a comma too many. */
export function joinMatchers(...matchers: (string | undefined)[]): string {
  return matchers.map((part) => (part ?? '').trim().replace(/,$/, '')).filter((part) => part !== '').join(',');
}

const STRINGS = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g;

interface SumOptions {
  readonly matchers?: string;
  /** The number within the window instead of the number each second. */
  readonly counts?: boolean;
  readonly groupBy?: string[];
}

/** The rate of a counter over all selected pods together. */
export function sumOfRates(series: string, server: Pick<ServerDeclaration, 'requestMatcher'>, scope: MetricScope, options: SumOptions = {}): string {
  if (/[{}]/.test(scope.selector.replace(STRINGS, ''))) {
    throw new InputError('metric/selector-with-braces', `'selector' must be label matchers without braces, such as 'namespace="ml"', got '${scope.selector}'`);
  }
  const labels = [...options.groupBy ?? [], ...scope.groupBy ?? []];
  const by = labels.length > 0 ? ` by (${labels.join(', ')}) ` : '';
  const matchers = joinMatchers(scope.selector, server.requestMatcher, options.matchers);
  return `sum${by}(${options.counts ? 'increase' : 'rate'}(${series}{${matchers}}[${scope.window ?? '$__rate_interval'}]))`;
}

/** 99.9 as 0.999, without what binary fractions add. */
export function quantileOf(percentile: number): number {
  if (!(percentile > 0 && percentile < 100)) {
    throw new InputError('metric/percentile-out-of-range', `'percentile' must lie between 0 and 100, such as 95, got ${percentile}`);
  }
  return Number((percentile / 100).toPrecision(12));
}

function inSeconds(expr: string, metric: ExportedMetric): string {
  const perSecond = Math.round(1 / secondsPerUnit(metric));
  return perSecond === 1 ? expr : `${expr} / ${perSecond}`;
}

function boundAt(latency: ExportedMetric, threshold: Duration): number {
  const millis = secondsPerUnit(latency) * 1000;
  const wanted = threshold.toMilliseconds();
  if (!latency.buckets) {
    throw new InputError('metric/unknown-buckets', `a threshold of ${wanted} ms cannot be judged by '${latency.name}', whose buckets are not declared; declare 'buckets' as the server is configured`);
  }
  const inMillis = latency.buckets.map((bound) => Number((bound * millis).toPrecision(12)));
  const at = inMillis.indexOf(wanted);
  if (at < 0) {
    const below = inMillis.filter((bound) => bound < wanted).at(-1);
    const above = inMillis.find((bound) => bound > wanted);
    const nearest = [below, above].filter((bound) => bound !== undefined).map((bound) => `${bound} ms`).join(' and ');
    throw new InputError('metric/threshold-between-buckets', `a threshold of ${wanted} ms cannot be judged by '${latency.name}', which counts in buckets; the nearest bounds are ${nearest}: choose one of them, or give the server a bucket at ${wanted} ms and declare it`);
  }
  return latency.buckets[at];
}

function has(server: ServerDeclaration, metric: ExportedMetric | Lacking, what: string): ExportedMetric {
  if (isLacking(metric)) {
    throw new InputError('metric/not-exported', `${what} cannot be asked of ${server.server}: ${metric.lacking}`);
  }
  return metric;
}
