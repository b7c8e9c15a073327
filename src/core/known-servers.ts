import { ExportedMetric, MetricType } from './exported-metric';
import { MetricUnit } from './metric-query';
import { ServerDeclaration } from './server-declaration';

const { COUNTER } = MetricType;

/** Triton as it starts without options: counters of time, no histogram. */
export function triton(): ServerDeclaration {
  return {
    server: 'Triton',
    port: 8002,
    path: '/metrics',
    requests: tritonMetric('nv_inference_request_success', COUNTER),
    failures: tritonMetric('nv_inference_request_failure', COUNTER, ['reason']),
    requestsExcludeFailures: true,
    duration: { ...tritonMetric('nv_inference_request_duration_us', COUNTER), unit: MetricUnit.MICROSECONDS },
    latency: { lacking: 'it exports counters of time, no histogram of requests; ask for meanLatency(), or ask the mesh: ServingMetrics.istio()' },
    others: [],
  };
}

function tritonMetric(name: string, type: MetricType, labels: string[] = []): ExportedMetric {
  return { name, type, labels: ['model', 'version', ...labels] };
}
