import { ExportedMetric, MetricType } from './exported-metric';
import { MetricUnit } from './metric-query';
import { ServerDeclaration } from './server-declaration';
import { HistogramServerOptions, IstioMetricsOptions, IstioReporter, ServerOptions } from './server-options';

const { COUNTER, GAUGE, HISTOGRAM, SUMMARY } = MetricType;
const { MILLISECONDS, MICROSECONDS, SECONDS } = MetricUnit;

/** Buckets of a histogram in Python's client that does not choose any. */
const PYTHON_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/**
 * Read from MLServer 1.7.1 and starlette_exporter 0.24, whose middleware counts REST requests. MLServer's documentation calls the histogram
 * `rest_server_requests_duration_seconds`; its code exposes `rest_server_request_duration_seconds`.
 */
export function mlserver(options: HistogramServerOptions): ServerDeclaration {
  const rest = ['method', 'path', 'status_code', 'app_name'];
  const requests = metric('rest_server_requests_total', COUNTER, rest);
  return {
    server: 'MLServer',
    port: options.port ?? 8082,
    path: '/metrics',
    latency: metric('rest_server_request_duration_seconds', HISTOGRAM, rest, SECONDS, options.latencyBuckets ?? PYTHON_BUCKETS),
    requests,
    failures: requests,
    failureMatcher: 'status_code=~"5.."',
    requestMatcher: 'path=~"/v2/models/.+/(infer|generate)(_stream)?"',
    others: [
      metric('rest_server_requests_in_progress', GAUGE, ['method', 'app_name']),
      metric('model_infer_request_success_total', COUNTER, ['model', 'version']),
      metric('model_infer_request_failure_total', COUNTER, ['model', 'version']),
      metric('model_infer_request_duration', SUMMARY, ['model', 'version'], SECONDS),
      metric('parallel_request_queue', HISTOGRAM, []),
      metric('grpc_server_started_total', COUNTER, ['grpc_type', 'grpc_service', 'grpc_method']),
      metric('grpc_server_handled_total', COUNTER, ['grpc_type', 'grpc_service', 'grpc_method', 'grpc_code']),
    ],
  };
}

/** Read from kserve 0.21: four histograms, which also time requests that fail, and no counter of failures. */
export function kserve(options: HistogramServerOptions): ServerDeclaration {
  const step = (name: string) => metric(name, HISTOGRAM, ['model_name'], SECONDS, options.latencyBuckets ?? PYTHON_BUCKETS);
  const predict = step('request_predict_seconds');
  return {
    server: 'the KServe server',
    port: options.port ?? 8080,
    path: '/metrics',
    latency: predict,
    requests: predict,
    failures: { lacking: 'it times every request and counts no failure; ask the mesh in front of it: ServingMetrics.istio()' },
    others: ['request_preprocess_seconds', 'request_postprocess_seconds', 'request_explain_seconds'].map(step),
  };
}

/** Read from Triton's documentation: counters of time, no histogram except one of first responses for decoupled models. */
export function triton(options: ServerOptions): ServerDeclaration {
  const model = ['model', 'version'];
  const time = (name: string) => metric(name, COUNTER, model, MICROSECONDS);
  return {
    server: 'Triton',
    port: options.port ?? 8002,
    path: '/metrics',
    latency: { lacking: 'it exports counters of time, no histogram of requests; ask for meanLatency(), or ask the mesh in front of it: ServingMetrics.istio()' },
    duration: time('nv_inference_request_duration_us'),
    requests: metric('nv_inference_request_success', COUNTER, model),
    failures: metric('nv_inference_request_failure', COUNTER, [...model, 'reason']),
    requestsExcludeFailures: true,
    others: [
      time('nv_inference_queue_duration_us'),
      time('nv_inference_compute_input_duration_us'),
      time('nv_inference_compute_infer_duration_us'),
      time('nv_inference_compute_output_duration_us'),
      metric('nv_inference_count', COUNTER, model),
      metric('nv_inference_exec_count', COUNTER, model),
      metric('nv_inference_pending_request_count', GAUGE, model),
      metric('nv_gpu_utilization', GAUGE, ['gpu_uuid'], MetricUnit.RATIO),
      metric('nv_gpu_memory_total_bytes', GAUGE, ['gpu_uuid'], MetricUnit.BYTES),
      metric('nv_gpu_memory_used_bytes', GAUGE, ['gpu_uuid'], MetricUnit.BYTES),
    ],
  };
}

const RAY_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 300, 400, 500, 1000, 2000, 5000, 10000, 60000, 120000, 300000, 600000];

/** Read from ray 2.60, whose agent prefixes `ray_` and, of a counter, appends `_total`. */
export function rayServe(options: HistogramServerOptions): ServerDeclaration {
  const buckets = options.latencyBuckets ?? RAY_BUCKETS;
  const http = ['method', 'route', 'application', 'status_code'];
  const replica = ['deployment', 'replica', 'application', 'route'];
  const requests = metric('ray_serve_num_http_requests_total', COUNTER, http);
  return {
    server: 'Ray Serve',
    port: options.port ?? 8080,
    path: '/metrics',
    latency: metric('ray_serve_http_request_latency_ms', HISTOGRAM, http, MILLISECONDS, buckets),
    requests,
    failures: requests,
    failureMatcher: 'status_code=~"5.."',
    requestMatcher: 'route!~"/-/.*"',
    others: [
      metric('ray_serve_num_http_error_requests_total', COUNTER, ['method', 'route', 'application', 'error_code']),
      metric('ray_serve_num_ongoing_http_requests', GAUGE, ['node_id', 'node_ip_address']),
      metric('ray_serve_deployment_request_counter_total', COUNTER, replica),
      metric('ray_serve_deployment_error_counter_total', COUNTER, [...replica, 'exception_type']),
      metric('ray_serve_deployment_processing_latency_ms', HISTOGRAM, replica, MILLISECONDS, buckets),
    ],
  };
}

const BENTOML_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 180];

/** Read from bentoml 1.4.40; probes are counted, so they are told apart by their path. */
export function bentoml(options: HistogramServerOptions): ServerDeclaration {
  const service = ['endpoint', 'service_name', 'service_version', 'runner_name'];
  const requests = metric('bentoml_service_request_total', COUNTER, [...service, 'http_response_code']);
  return {
    server: 'BentoML',
    port: options.port ?? 3000,
    path: '/metrics',
    latency: metric('bentoml_service_request_duration_seconds', HISTOGRAM, [...service, 'http_response_code'], SECONDS, options.latencyBuckets ?? BENTOML_BUCKETS),
    requests,
    failures: requests,
    failureMatcher: 'http_response_code=~"5.."',
    requestMatcher: 'endpoint!~"/(healthz|livez|readyz)"',
    others: [metric('bentoml_service_request_in_progress', GAUGE, service)],
  };
}

/** Envoy's buckets for every histogram. */
const ENVOY_BUCKETS = [0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000, 300000, 600000, 1800000, 3600000];

const ISTIO_LABELS = [
  'reporter', 'request_protocol', 'response_code', 'response_flags', 'grpc_response_status', 'connection_security_policy',
  ...['source', 'destination'].flatMap((side) => ['workload', 'workload_namespace', 'principal', 'app', 'version', 'cluster', 'canonical_service', 'canonical_revision']
    .map((label) => `${side}_${label}`)),
  'destination_service', 'destination_service_name', 'destination_service_namespace',
];

/** Read from Istio's documentation; one of the two sides that report a request is enough, otherwise each request counts twice. */
export function istio(options: IstioMetricsOptions): ServerDeclaration {
  const istioReporter = options.reporter ?? IstioReporter.DESTINATION;
  const requests = metric('istio_requests_total', COUNTER, ISTIO_LABELS);
  const histogram = (name: string, unit: MetricUnit, buckets?: number[]) => metric(name, HISTOGRAM, ISTIO_LABELS, unit, buckets);
  return {
    server: 'Istio',
    port: options.port ?? 15020,
    path: '/stats/prometheus',
    latency: histogram('istio_request_duration_milliseconds', MILLISECONDS, options.latencyBuckets ?? ENVOY_BUCKETS),
    requests,
    failures: requests,
    failureMatcher: 'response_code=~"5.."',
    istioReporter,
    requestMatcher: `reporter="${istioReporter}"`,
    others: [
      histogram('istio_request_bytes', MetricUnit.BYTES),
      histogram('istio_response_bytes', MetricUnit.BYTES),
    ],
  };
}

function metric(name: string, type: MetricType, labels: string[], unit: MetricUnit = MetricUnit.NONE, buckets?: number[]): ExportedMetric {
  return { name, type, labels, unit, ...(buckets ? { buckets } : {}) };
}
