import { Duration } from 'cdk8s';
import { ExportedMetric, IstioReporter, MetricType, MetricUnit, PredictionMetrics, ServingMetrics } from '../../src';

const scope = { selector: 'namespace="ml"', window: '5m' };
const latency: ExportedMetric = { name: 'predict_seconds', type: MetricType.HISTOGRAM, labels: ['path'], unit: MetricUnit.SECONDS };
const custom = ServingMetrics.custom({
  port: 8080, latency, requests: { ...latency, labels: ['code'] }, failures: latency, others: [{ name: 'queue_length', type: MetricType.GAUGE }],
});

function namesOf(metrics: ServingMetrics): string[] {
  return metrics.exported.map((metric) => metric.name);
}

test('a server is scraped on the port and path that it declares', () => {
  expect([custom.port, custom.path]).toEqual([8080, '/metrics']);
  expect(ServingMetrics.custom({ port: 1, path: '/prom', latency, requests: latency, failures: latency }).path).toBe('/prom');
});

test('one metric that plays several parts is exported once, with the labels of all', () => {
  expect(custom.exported).toEqual([{ ...latency, labels: ['path', 'code'] }, { name: 'queue_length', type: 'gauge' }]);
});

test('predictions are exported, too', () => {
  const predictions = PredictionMetrics.standard();
  const both = custom.withPredictions(predictions);

  expect(both.predictions).toBe(predictions);
  expect(namesOf(both)).toEqual([
    'predict_seconds', 'queue_length', 'model_input_value', 'model_input_nulls_total', 'model_output_value', 'model_output_nulls_total',
    'model_prediction_score',
  ]);
  expect(both.throughput(scope).expr).toBe(custom.throughput(scope).expr);
  expect(custom.predictions).toBeUndefined();
});

describe('ready declarations', () => {
  test.each<[string, ServingMetrics, number, string]>([
    ['MLServer', ServingMetrics.mlserver(), 8082, '/metrics'],
    ['KServe', ServingMetrics.kserve(), 8080, '/metrics'],
    ['Triton', ServingMetrics.triton(), 8002, '/metrics'],
    ['Ray Serve', ServingMetrics.rayServe(), 8080, '/metrics'],
    ['BentoML', ServingMetrics.bentoml(), 3000, '/metrics'],
    ['Istio', ServingMetrics.istio(), 15020, '/stats/prometheus'],
    ['a server on another port', ServingMetrics.bentoml({ port: 3001 }), 3001, '/metrics'],
  ])('%s is scraped where it listens', (_server, metrics, port, path) => {
    expect([metrics.port, metrics.path]).toEqual([port, path]);
  });

  test('MLServer tells inference from other requests, and failures by status', () => {
    const all = 'rest_server_requests_total{namespace="ml",path=~"/v2/models/.+/(infer|generate)(_stream)?"';

    expect(ServingMetrics.mlserver().errorRatio(scope).expr)
      .toBe(`(sum(rate(${all},status_code=~"5.."}[5m])) or 0 * sum(rate(${all}}[5m]))) / (sum(rate(${all}}[5m])) > 0)`);
    expect(ServingMetrics.mlserver().latency(95, scope).expr)
      .toBe('histogram_quantile(0.95, sum by (le) (rate(rest_server_request_duration_seconds_bucket{namespace="ml",path=~"/v2/models/.+/(infer|generate)(_stream)?"}[5m])))');
    expect(namesOf(ServingMetrics.mlserver())).toEqual([
      'rest_server_request_duration_seconds', 'rest_server_requests_total', 'rest_server_requests_in_progress', 'model_infer_request_success_total',
      'model_infer_request_failure_total', 'model_infer_request_duration', 'parallel_request_queue', 'grpc_server_started_total', 'grpc_server_handled_total',
    ]);
  });

  test('KServe times predictions', () => {
    expect(ServingMetrics.kserve().throughput(scope).expr).toBe('sum(rate(request_predict_seconds_count{namespace="ml"}[5m]))');
    expect(namesOf(ServingMetrics.kserve())).toEqual(['request_predict_seconds', 'request_preprocess_seconds', 'request_postprocess_seconds', 'request_explain_seconds']);
  });

  test('Triton knows the mean, in microseconds, and counts successes apart from failures', () => {
    const [ok, ko] = ['success', 'failure'].map((outcome) => `sum(rate(nv_inference_request_${outcome}{namespace="ml"}[5m]))`);
    const all = `((${ok} or 0 * ${ko}) + (${ko} or 0 * ${ok}))`;

    expect(ServingMetrics.triton().meanLatency(scope).expr).toBe(`sum(rate(nv_inference_request_duration_us{namespace="ml"}[5m])) / (${ok} > 0) / 1000000`);
    expect(ServingMetrics.triton().errorRatio(scope).expr).toBe(`(${ko} or 0 * ${all}) / (${all} > 0)`);
    expect(namesOf(ServingMetrics.triton())).toEqual([
      'nv_inference_request_duration_us', 'nv_inference_request_success', 'nv_inference_request_failure', 'nv_inference_queue_duration_us',
      'nv_inference_compute_input_duration_us', 'nv_inference_compute_infer_duration_us', 'nv_inference_compute_output_duration_us', 'nv_inference_count',
      'nv_inference_exec_count', 'nv_inference_pending_request_count', 'nv_gpu_utilization', 'nv_gpu_memory_total_bytes', 'nv_gpu_memory_used_bytes',
    ]);
  });

  test('Ray Serve observes milliseconds, and counts its own routes, which are left out', () => {
    const ray = ServingMetrics.rayServe();

    expect(ray.latency(99, scope).expr)
      .toBe('histogram_quantile(0.99, sum by (le) (rate(ray_serve_http_request_latency_ms_bucket{namespace="ml",route!~"/-/.*"}[5m]))) / 1000');
    expect(ray.slowRatio(Duration.millis(500), scope).expr).toContain('le=~"500|500\\\\.0"');
    expect(ray.throughput(scope).expr).toBe('sum(rate(ray_serve_num_http_requests_total{namespace="ml",route!~"/-/.*"}[5m]))');
    expect(ray.errorRatio(scope).expr).toContain('route!~"/-/.*",status_code=~"5.."}');
  });

  test('BentoML leaves its probes out', () => {
    const bento = ServingMetrics.bentoml({ latencyBuckets: [0.08] });

    expect(bento.slowRatio(Duration.millis(80), scope).uses).toEqual([
      { metricName: 'bentoml_service_request_duration_seconds_bucket', labelNames: ['endpoint', 'le', 'namespace'] },
      { metricName: 'bentoml_service_request_duration_seconds_count', labelNames: ['endpoint', 'namespace'] },
    ]);
    expect(bento.errorRatio(scope).expr).toContain('bentoml_service_request_total{namespace="ml",endpoint!~"/(healthz|livez|readyz)",http_response_code=~"5.."}');
  });

  test('Istio counts a request once', () => {
    const selector = 'destination_workload="fraud",destination_workload_namespace="ml"';

    expect(ServingMetrics.istio().latency(95, { selector, window: '5m' }).expr).toBe(
      'histogram_quantile(0.95, sum by (le) (rate(istio_request_duration_milliseconds_bucket{destination_workload="fraud",destination_workload_namespace="ml",reporter="destination"}[5m]))) / 1000',
    );
    expect(ServingMetrics.istio({ reporter: IstioReporter.WAYPOINT }).throughput({ selector, window: '5m' }).expr).toContain('reporter="waypoint"');
    expect(ServingMetrics.istio().istioReporter).toBe('destination');
    expect(ServingMetrics.istio({ reporter: IstioReporter.WAYPOINT }).istioReporter).toBe('waypoint');
    expect(ServingMetrics.mlserver().istioReporter).toBeUndefined();
    expect(ServingMetrics.istio().errorRatio({ selector, window: '5m' }).expr).toContain('reporter="destination",response_code=~"5.."}');
    expect(ServingMetrics.istio().slowRatio(Duration.millis(100), { selector, window: '5m' }).title).toBe('share of requests slower than 100 ms');
  });

  test.each([ServingMetrics.mlserver(), ServingMetrics.triton(), ServingMetrics.rayServe(), ServingMetrics.bentoml(), ServingMetrics.istio()])('every label of a ready question is declared (%#)', (metrics) => {
    const declared = Object.fromEntries(metrics.exported.map((metric) => [metric.name, metric.labels ?? []]));
    const own = new Set(['namespace', 'le']);

    for (const use of [...metrics.errorRatio(scope).uses, ...metrics.throughput(scope).uses, ...metrics.meanLatency(scope).uses]) {
      const name = use.metricName.replace(/_(bucket|sum|count)$/, (suffix) => (use.metricName in declared ? suffix : ''));
      expect(use.labelNames.filter((label) => !own.has(label) && !declared[name].includes(label))).toEqual([]);
    }
  });
});
