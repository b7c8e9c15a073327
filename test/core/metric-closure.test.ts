import {
  ExternalMetrics, MetricClosure, MetricClosureProps, MetricQuery, MetricType, MonitorKind, PredictionMetrics, RecordedMetric, ServingMetrics,
} from '../../src';

const server = ServingMetrics.bentoml().withPredictions(PredictionMetrics.standard());

function closure(props: Partial<MetricClosureProps> = {}): MetricClosure {
  return MetricClosure.of({ scraped: [{ metrics: server.exported, podTargetLabels: ['rollouts-pod-template-hash', 'model'] }], ...props });
}

function query(expr: string): MetricQuery {
  return MetricQuery.promql({ expr, title: 'a number' });
}

function brokenRules(of: MetricClosure, expr: string): string[] {
  return of.gapsOf(query(expr)).map((gap) => gap.ruleId);
}

describe('series', () => {
  const scope = { selector: 'namespace="ml",model="fraud"', groupBy: ['rollouts_pod_template_hash'] };

  test('every question to the server is closed', () => {
    const questions = [
      server.latency(95, scope), server.meanLatency(scope), server.errorRatio(scope), server.throughput(scope),
      server.predictions!.inputQuantile(50, scope), server.predictions!.nullRatio(scope),
      server.predictions!.outputMean(scope), server.predictions!.scoreQuantile(5, scope),
    ];

    expect(questions.flatMap((question) => closure().gapsOf(question))).toEqual([]);
  });

  test('a histogram is three series, one with le', () => {
    expect(closure().labelNamesOf('bentoml_service_request_duration_seconds_bucket')).toEqual([
      'container', 'endpoint', 'http_response_code', 'instance', 'job', 'le', 'model', 'namespace', 'pod', 'rollouts_pod_template_hash', 'runner_name', 'service_name', 'service_version',
    ]);
    expect(closure().labelNamesOf('bentoml_service_request_duration_seconds_count')).not.toContain('le');
    expect(closure().labelNamesOf('bentoml_service_request_duration_seconds_sum')).not.toContain('le');
    expect(closure().labelNamesOf('bentoml_service_request_duration_seconds')).toEqual([]);
  });

  test('a summary has quantiles under its own name', () => {
    const summary = closure({ scraped: [{ metrics: [{ name: 's', type: MetricType.SUMMARY }] }] });

    expect(['s', 's_sum', 's_count'].map((name) => summary.labelNamesOf(name).includes('quantile'))).toEqual([true, false, false]);
  });

  test('a service is known to a ServiceMonitor only', () => {
    const byService = closure({ scraped: [{ metrics: server.exported, monitor: MonitorKind.SERVICE }] });

    expect(brokenRules(closure(), 'sum by (service) (bentoml_service_request_total)')).toEqual(['metric/unknown-label']);
    expect(brokenRules(byService, 'sum by (service) (bentoml_service_request_total)')).toEqual([]);
  });

  test('labels by relabeling are as good as others', () => {
    const relabeled = closure({ scraped: [{ metrics: server.exported, addedLabels: ['cluster'] }] });

    expect(brokenRules(relabeled, 'sum by (cluster) (bentoml_service_request_total)')).toEqual([]);
  });

  test('whatever is scraped is up, with the labels of its pods', () => {
    expect(brokenRules(closure(), 'min by (model) (up) * count by (model) (scrape_samples_scraped)')).toEqual([]);
  });

  test('two sources of one metric have the labels of both', () => {
    const both = closure({ scraped: [{ metrics: server.exported, podTargetLabels: ['a'] }, { metrics: server.exported, podTargetLabels: ['b/c'] }] });

    expect(brokenRules(both, 'sum by (a, b_c) (bentoml_service_request_total)')).toEqual([]);
  });
});

describe('what is scraped elsewhere', () => {
  test('is closed by a declaration', () => {
    const declared = closure({ external: [ExternalMetrics.declare(ServingMetrics.istio().exported)] });

    expect(brokenRules(closure(), ServingMetrics.istio().throughput({ selector: 'destination_app="fraud"' }).expr)).toEqual(['metric/unknown-metric']);
    expect(brokenRules(declared, ServingMetrics.istio().throughput({ selector: 'destination_app="fraud",job="istio"' }).expr)).toEqual([]);
    expect(brokenRules(declared, ServingMetrics.istio().throughput({ selector: 'model="fraud"' }).expr)).toEqual(['metric/unknown-label']);
  });

  test.each([
    'sum by (pod) (rate(container_cpu_usage_seconds_total{namespace="ml", container!="", image!=""}[5m])) / on (pod) sum by (pod) (kube_pod_container_resource_limits{resource="cpu", unit="core"})',
    'max by (pod) (container_memory_working_set_bytes{job="kubelet", metrics_path="/metrics/cadvisor"}) * on (namespace, pod) group_left (node) kube_pod_info',
    'rate(container_cpu_cfs_throttled_periods_total[5m]) / rate(container_cpu_cfs_periods_total[5m])',
    'kube_deployment_status_replicas_available{deployment="fraud"} < kube_deployment_spec_replicas{namespace="ml"}',
    'increase(kube_pod_container_status_restarts_total{container="server"}[1h]) and on (pod) kube_pod_container_status_last_terminated_reason{reason="OOMKilled"}',
    'kube_job_status_failed{job_name=~"drift-.*", reason="BackoffLimitExceeded"} * on (job_name) group_left (owner_name) kube_job_owner{owner_kind="CronJob"}',
    'time() - kube_cronjob_status_last_successful_time{cronjob="drift"}',
    'kube_horizontalpodautoscaler_status_current_replicas == kube_horizontalpodautoscaler_spec_max_replicas{horizontalpodautoscaler="fraud"}',
    'kubelet_volume_stats_available_bytes{persistentvolumeclaim="models"}',
    'up{job="kubelet", service="kubelet", endpoint="https-metrics"}',
  ])('the cluster knows %s', (expr) => {
    expect(brokenRules(closure({ scraped: [], external: [ExternalMetrics.kubernetes()] }), expr)).toEqual([]);
  });

  test('what kube-prometheus-stack drops is not there', () => {
    expect(brokenRules(closure({ external: [ExternalMetrics.kubernetes()] }), 'container_cpu_cfs_throttled_seconds_total')).toEqual(['metric/unknown-metric']);
  });

  test('a deployment has no pod', () => {
    expect(brokenRules(closure({ external: [ExternalMetrics.kubernetes()] }), 'sum by (pod) (kube_deployment_spec_replicas)')).toEqual(['metric/unknown-label']);
  });
});

describe('what is recorded', () => {
  function recorded(metricName: string, expr: string, addedLabels?: string[]): RecordedMetric {
    return { metricName, query: query(expr), addedLabels };
  }

  function labelsAfter(expr: string): string[] {
    const metrics = [{ name: 'm', type: MetricType.COUNTER, labels: ['x', 'y', 'le'] }, { name: 'n', type: MetricType.GAUGE, labels: ['x', 'z'] }];
    const rules = closure({ scraped: [], external: [ExternalMetrics.declare(metrics)], recorded: [recorded('r', expr)] });
    return rules.labelNamesOf('r').filter((label) => label !== 'job' && label !== 'instance');
  }

  test.each<[string, string[]]>([
    ['rate(m[5m])', ['le', 'x', 'y']],
    ['sum(m)', []],
    ['sum by (x, unknown) (rate(m[5m]))', ['x']],
    ['sum without (x) (-m offset 5m)', ['le', 'y']],
    ['topk by (x) (3, m)', ['le', 'x', 'y']],
    ['count_values by (x) ("value", m)', ['value', 'x']],
    ['histogram_quantile(0.9, sum by (le, x) (m))', ['x']],
    ['histogram_quantiles(sum by (le, x) (m), "q", 0.5)', ['q', 'x']],
    ['label_replace(n, "node", "$1", "x", "(.*)")', ['node', 'x', 'z']],
    ['label_join(n, "id", "-", "x", "z")', ['id', 'x', 'z']],
    ['m / n', ['le', 'x', 'y']],
    ['m / on (x) n', ['x']],
    ['m / ignoring (y, le) sum by (x) (n)', ['x']],
    ['m * on (x) group_left (z) n', ['le', 'x', 'y', 'z']],
    ['n * on (x) group_right (z) m', ['le', 'x', 'y', 'z']],
    ['m and on (x) n', ['le', 'x', 'y']],
    ['sum by (x) (m) or n', ['x', 'z']],
    ['1 - sum by (x) (m)', ['x']],
    ['sum by (x) (m) / scalar(n) * -(2 + 1)', ['x']],
    ['clamp_max(n, 1)', ['x', 'z']],
    ['vector(scalar(n))', []],
    ['time()', []],
    // not known, and so not asked for
    ['absent(m{x="1"})', []],
    ['info(m)', []],
    ['{__name__=~"m|n"}', []],
    ['unknown + on (x) group_left m', []],
  ])('%s keeps %j', (expr, labels) => {
    expect(labelsAfter(expr)).toEqual(labels);
  });

  test('a rule may use another that stands behind it, and add labels', () => {
    const rules = closure({
      recorded: [
        recorded('model:errors:ratio_rate5m', 'model:errors:rate5m / model:requests:rate5m', ['team']),
        recorded('model:errors:rate5m', 'sum by (model) (rate(bentoml_service_request_total{http_response_code=~"5.."}[5m]))'),
        recorded('model:requests:rate5m', 'sum by (model) (rate(bentoml_service_request_total[5m]))'),
      ],
    });

    expect(rules.labelNamesOf('model:errors:ratio_rate5m')).toEqual(['model', 'team']);
    expect(brokenRules(rules, 'model:errors:ratio_rate5m{model="fraud", team="risk"} > 0.01')).toEqual([]);
    expect(brokenRules(rules, 'model:errors:ratio_rate5m{namespace="ml"}')).toEqual(['metric/unknown-label']);
  });

  test('several rules of one name have the labels of all', () => {
    const rules = closure({ recorded: [recorded('r', 'sum by (model) (up)', ['quantile']), recorded('r', 'sum by (pod) (up)')] });

    expect(rules.labelNamesOf('r')).toEqual(['model', 'pod', 'quantile']);
  });

  test('what is recorded under an exported name has the labels of both', () => {
    const rules = closure({ scraped: [], external: [ExternalMetrics.declare([{ name: 'm', type: MetricType.GAUGE }])], recorded: [recorded('m', 'vector(1)', ['static'])] });

    expect(rules.labelNamesOf('m')).toEqual(['instance', 'job', 'static']);
  });

  test('a rule that uses itself ends', () => {
    const rules = closure({ recorded: [recorded('r', 'sum by (model) (r or up)')] });

    expect(rules.labelNamesOf('r')).toEqual(['model']);
    expect(brokenRules(rules, 'r{model="fraud"}')).toEqual([]);
  });
});

describe('gaps', () => {
  test('ignoring a label that one side has is no gap', () => {
    expect(brokenRules(closure(), 'bentoml_service_request_total{http_response_code="500"} / ignoring (http_response_code) group_left sum without (http_response_code) (bentoml_service_request_total)')).toEqual([]);
  });

  test('all gaps of a query are told at once', () => {
    expect(brokenRules(closure(), 'sum by (role) (a) + sum by (role) (bentoml_service_request_total) + count({job="x"}) + count(b)')).toEqual([
      'metric/unknown-metric', 'metric/unknown-metric', 'metric/unnamed-metric', 'metric/unknown-label',
    ]);
  });

  test('a label that cannot be known is not asked for', () => {
    expect(brokenRules(closure(), 'sum without (pdo) (up / on (pod) a)')).toEqual(['metric/unknown-metric']);
    expect(brokenRules(closure(), 'sum without (pdo) (vector(1))')).toEqual([]);
  });
});

test('labels of Kubernetes are written as Prometheus writes them', () => {
  expect(MetricClosure.sanitizeLabel('app.kubernetes.io/part-of')).toBe('app_kubernetes_io_part_of');
  expect(MetricClosure.scrapeLabels(MonitorKind.POD)).toEqual(['container', 'endpoint', 'instance', 'job', 'namespace', 'pod']);
});
