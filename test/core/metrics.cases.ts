import { Duration } from 'cdk8s';
import {
  CustomServingMetricsProps, ExportedMetric, Finding, FindingSeverity, MetricClosure, MetricQuery, MetricType, MetricUnit, PredictionMetrics,
  PredictionMetricsProps, ServingMetrics,
} from '../../src';
import { ErrorCase } from '../support/error-case';

const latency: ExportedMetric = { name: 'predict_seconds', type: MetricType.HISTOGRAM, unit: MetricUnit.SECONDS, buckets: [0.05, 0.1, 0.25] };
const scope = { selector: 'model="fraud"' };

function query(expr: string) {
  return () => MetricQuery.promql({ expr, title: 'error ratio' });
}

function server(props: Partial<CustomServingMetricsProps>): ServingMetrics {
  return ServingMetrics.custom({ port: 8080, latency, requests: latency, failures: latency, ...props });
}

function predictions(props: Partial<PredictionMetricsProps>): PredictionMetrics {
  return PredictionMetrics.custom({
    inputs: { name: 'inputs', type: MetricType.HISTOGRAM, labels: ['feature'] },
    nulls: { name: 'nulls_total', type: MetricType.COUNTER, labels: ['feature'] },
    outputs: { name: 'outputs', type: MetricType.HISTOGRAM },
    ...props,
  });
}

function gaps(expr: string): Finding[] {
  const closure = MetricClosure.of({ scraped: [{ metrics: server({}).exported, podTargetLabels: ['model'] }] });
  return closure.gapsOf(query(expr)()).map((gap) => ({ ...gap, severity: FindingSeverity.ERROR, path: 'test' }));
}

export const cases: ErrorCase[] = [
  {
    id: 'metric/malformed-promql',
    when: 'a query that ends too early',
    provoke: query('sum(rate(errors_total{code=~"5.."}[5m])'),
    message: '\'expr\' of \'error ratio\' must be PromQL, got unexpected end at position 40, in \'sum(rate(errors_total{code=~"5.."}[5m])<here>\' (metric/malformed-promql)',
  },
  {
    id: 'metric/malformed-promql',
    when: 'a bracket too many, at its place in what was written',
    provoke: query('rate(a[$__rate_interval])) > 0.01'),
    message: "'expr' of 'error ratio' must be PromQL, got unexpected ')' at position 26, in 'rate(a[$__rate_interval])<here>) > 0.01' (metric/malformed-promql)",
  },
  {
    id: 'metric/malformed-promql',
    when: 'a word where none belongs',
    provoke: query('sum(a) per (pod)'),
    message: "'expr' of 'error ratio' must be PromQL, got unexpected 'per' at position 8, in 'sum(a) <here>per (pod)' (metric/malformed-promql)",
  },
  {
    id: 'metric/malformed-promql',
    when: 'a function that PromQL does not have',
    provoke: query('1 - ratio(a)'),
    message: "'expr' of 'error ratio' must be PromQL, got unknown function 'ratio' at position 5, in '1 - <here>ratio(a)' (metric/malformed-promql)",
  },
  {
    id: 'metric/malformed-promql',
    when: 'a quote that is not closed',
    provoke: query('a{x="1\n, y="2"}'),
    message: '\'expr\' of \'error ratio\' must be PromQL, got text without its closing quote at position 5, in \'a{x=<here>"1\n, y="2"}\' (metric/malformed-promql)',
  },
  {
    id: 'metric/malformed-promql',
    when: 'a selector with two metrics',
    provoke: query('1 + a{__name__="b"}'),
    message: '\'expr\' of \'error ratio\' must be PromQL, got two metric names, \'a\' and \'b\', in one selector at position 5, in \'1 + <here>a{__name__="b"}\' (metric/malformed-promql)',
  },
  {
    id: 'metric/malformed-promql',
    when: 'a selector of everything',
    provoke: query('count({})'),
    message: "'expr' of 'error ratio' must be PromQL, got a selector that selects everything at position 7, in 'count(<here>{})' (metric/malformed-promql)",
  },
  {
    id: 'metric/malformed-promql',
    when: 'a rate of what has no range',
    provoke: query('sum(rate(errors_total))'),
    message: "'expr' of 'error ratio' must be PromQL, got series where rate() takes a range of samples at position 10, in 'sum(rate(<here>errors_total))' (metric/malformed-promql)",
  },
  {
    id: 'metric/latency-not-histogram',
    when: 'a latency that is a summary',
    provoke: () => server({ latency: { name: 'predict_seconds', type: MetricType.SUMMARY } }),
    message: "'latency' must be a histogram, got the summary 'predict_seconds'; quantiles of several pods cannot be put together otherwise (metric/latency-not-histogram)",
  },
  {
    id: 'metric/latency-unit',
    when: 'a latency in bytes',
    provoke: () => server({ latency: { ...latency, unit: MetricUnit.BYTES } }),
    message: "'unit' of 'predict_seconds' must be a unit of time, got 'bytes'; declare what the server observes (metric/latency-unit)",
  },
  {
    id: 'metric/rate-of-gauge',
    when: 'a gauge of requests',
    provoke: () => server({ requests: { name: 'requests_in_flight', type: MetricType.GAUGE } }),
    message: "'requests' must be a counter or a histogram, got the gauge 'requests_in_flight', which has no rate (metric/rate-of-gauge)",
  },
  {
    id: 'metric/malformed-name',
    when: 'a metric with a hyphen',
    provoke: () => server({ others: [{ name: 'queue-length', type: MetricType.GAUGE }] }),
    message: "'name' of a metric must be letters, digits, '_' and ':', not starting with a digit, got 'queue-length' (metric/malformed-name)",
  },
  {
    id: 'metric/malformed-label',
    when: 'a label as Kubernetes writes it',
    provoke: () => server({ others: [{ name: 'queue_length', type: MetricType.GAUGE, labels: ['app.kubernetes.io/name'] }] }),
    message: "'labels' of 'queue_length' must be letters, digits and '_', not starting with a digit, got 'app.kubernetes.io/name'; Prometheus writes '_' for everything else (metric/malformed-label)",
  },
  {
    id: 'metric/unsorted-buckets',
    when: 'buckets that fall',
    provoke: () => server({ latency: { ...latency, buckets: [0.1, 0.05] } }),
    message: "'buckets' of 'predict_seconds' must be finite and rise, got 0.1, 0.05; '+Inf' is always there (metric/unsorted-buckets)",
  },
  {
    id: 'metric/selector-with-braces',
    when: 'a selector with braces',
    provoke: () => server({}).throughput({ selector: '{model="fraud"}' }),
    message: "'selector' must be label matchers without braces, such as 'namespace=\"ml\"', got '{model=\"fraud\"}' (metric/selector-with-braces)",
  },
  {
    id: 'metric/percentile-out-of-range',
    when: 'a percentile of 100',
    provoke: () => server({}).latency(100, scope),
    message: "'percentile' must lie between 0 and 100, such as 95, got 100 (metric/percentile-out-of-range)",
  },
  {
    id: 'metric/unknown-buckets',
    when: 'a threshold where nobody knows the buckets',
    provoke: () => server({ latency: { ...latency, buckets: undefined } }).slowRatio(Duration.millis(100), scope),
    message: "a threshold of 100 ms cannot be judged by 'predict_seconds', whose buckets are not declared; declare 'buckets' as the server is configured (metric/unknown-buckets)",
  },
  {
    id: 'metric/threshold-between-buckets',
    when: 'a threshold between two buckets',
    provoke: () => server({}).slowRatio(Duration.millis(80), scope),
    message: "a threshold of 80 ms cannot be judged by 'predict_seconds', which counts in buckets; the nearest bounds are 50 ms and 100 ms: choose one of them, or give the server a bucket at 80 ms and declare it (metric/threshold-between-buckets)",
  },
  {
    id: 'metric/threshold-between-buckets',
    when: 'a threshold above the last bucket',
    provoke: () => server({}).slowRatio(Duration.seconds(1), scope),
    message: "a threshold of 1000 ms cannot be judged by 'predict_seconds', which counts in buckets; the nearest bounds are 250 ms: choose one of them, or give the server a bucket at 1000 ms and declare it (metric/threshold-between-buckets)",
  },
  {
    id: 'metric/not-exported',
    when: 'a quantile of a server that exports no histogram',
    provoke: () => ServingMetrics.triton().latency(95, scope),
    message: 'latency cannot be asked of Triton: it exports counters of time, no histogram of requests; ask for meanLatency(), or ask the mesh in front of it: ServingMetrics.istio() (metric/not-exported)',
  },
  {
    id: 'metric/not-exported',
    when: 'failures of a server that counts none',
    provoke: () => ServingMetrics.kserve().errorRatio(scope),
    message: 'failures cannot be asked of the KServe server: it times every request and counts no failure; ask the mesh in front of it: ServingMetrics.istio() (metric/not-exported)',
  },
  {
    id: 'metric/port-out-of-range',
    when: 'a port that nothing can listen on',
    provoke: () => ServingMetrics.mlserver({ port: 80800 }),
    message: "'port' must be a whole number from 1 to 65535, got 80800 (metric/port-out-of-range)",
  },
  {
    id: 'metric/distribution-not-histogram',
    when: 'outputs as a gauge',
    provoke: () => predictions({ outputs: { name: 'last_output', type: MetricType.GAUGE } }),
    message: "a distribution must be a histogram, got the gauge 'last_output'; nothing else can be put together over several pods (metric/distribution-not-histogram)",
  },
  {
    id: 'metric/no-feature-label',
    when: 'inputs that do not say of which feature',
    provoke: () => predictions({ inputs: { ...latency, labels: ['column'] } }),
    message: "'predict_seconds' must have the label 'feature', got labels column; name the label as 'featureLabel' if it is another one (metric/no-feature-label)",
  },
  {
    id: 'metric/no-feature-label',
    when: 'nulls without labels',
    provoke: () => predictions({ nulls: { name: 'nulls_total', type: MetricType.COUNTER } }),
    message: "'nulls_total' must have the label 'feature', got labels none; name the label as 'featureLabel' if it is another one (metric/no-feature-label)",
  },
  {
    id: 'metric/no-score',
    when: 'a score that nobody exports',
    provoke: () => predictions({}).scoreMean(scope),
    message: "the score cannot be asked: it is not exported; declare it as 'score' of PredictionMetrics.custom() (metric/no-score)",
  },
  {
    id: 'metric/unknown-metric',
    when: 'a metric that nobody exports',
    provoke: () => gaps('sum(rate(request_errors_total[5m]))'),
    message: "[test] 'error ratio' asks for the metric 'request_errors_total', which nobody exports; declare it among the metrics of the server that exports it, or with ExternalMetrics.declare() if it is scraped elsewhere (metric/unknown-metric)",
  },
  {
    id: 'metric/unknown-metric',
    when: 'a histogram by its name alone',
    provoke: () => gaps('rate(predict_seconds[5m])'),
    message: "[test] 'error ratio' asks for the metric 'predict_seconds', which nobody exports; ask for predict_seconds_bucket, predict_seconds_sum, predict_seconds_count (metric/unknown-metric)",
  },
  {
    id: 'metric/unknown-label',
    when: 'a label of the pod that no monitor copies',
    provoke: () => gaps('sum(rate(predict_seconds_count{role="canary"}[5m]))'),
    message: "[test] 'error ratio' needs the label 'role' of 'predict_seconds_count', which no exporter sets and no monitor copies; let the monitor copy it from the pods, declare it among the labels of the metric, or use one of 'container', 'endpoint', 'instance', 'job', 'model', 'namespace', 'pod' (metric/unknown-label)",
  },
  {
    id: 'metric/unknown-label-taken-away',
    when: 'a label taken away that is not there',
    provoke: () => gaps('sum without (pdo) (rate(predict_seconds_count[5m]))'),
    message: "[test] 'error ratio' takes away the label 'pdo', which none of its metrics has; leave it out, or use one of 'container', 'endpoint', 'instance', 'job', 'model', 'namespace', 'pod' (metric/unknown-label-taken-away)",
  },
  {
    id: 'metric/unnamed-metric',
    when: 'metrics by a pattern',
    provoke: () => gaps('count({__name__=~"predict_.*"})'),
    message: "[test] 'error ratio' selects {__name__=~\"predict_.*\"}, which names no metric, so that nobody can say whether it is exported; name the metric, one query for each (metric/unnamed-metric)",
  },
];
