import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import {
  DataSnapshot, ExportedMetric, ImageRef, MetricType, MetricUnit, MetricsBackend, ModelRef, ModelRelease, ModelServer, ModelServingProps,
  PlatformProfile, RolloutStrategy, ServingMetrics, Slo,
} from '../../src';

export const DIGEST = `sha256:${'a'.repeat(64)}`;
export const OTHER_DIGEST = `sha256:${'b'.repeat(64)}`;

export function aRelease(overrides: Partial<ModelRelease> = {}): ModelRelease {
  return {
    model: 'fraud-detection',
    version: 'v2.1.0',
    artifactSha256: 'c'.repeat(64),
    gitCommit: 'd'.repeat(40),
    dataSnapshot: DataSnapshot.dvc('https://git.example.com/fraud/data.git', 'e'.repeat(40)),
    trainedBy: 'ada@example.com',
    parameters: { max_depth: '6' },
    metrics: { accuracy: 0.94 },
    gateResult: 'passed',
    ...overrides,
  };
}

export const aLatency: ExportedMetric = {
  name: 'model_inference_duration_seconds', type: MetricType.HISTOGRAM, unit: MetricUnit.SECONDS, buckets: [0.05, 0.1, 0.25, 0.5, 1],
};

export function someMetrics(): ServingMetrics {
  return ServingMetrics.custom({
    port: 9090,
    latency: aLatency,
    requests: { name: 'model_inference_requests_total', type: MetricType.COUNTER },
    failures: { name: 'model_inference_errors_total', type: MetricType.COUNTER },
  });
}

export function aServer(): ModelServer {
  return ModelServer.custom({ port: 8080, readyPath: '/v1/models/{model}/ready', livePath: '/v1/health/live', metrics: someMetrics() });
}

export function aPlatform(): PlatformProfile {
  return PlatformProfile.of({ metrics: MetricsBackend.kubePrometheus({ release: 'monitoring' }) });
}

/** The fraud detection service, as small as it may be. */
export function servingProps(overrides: Partial<ModelServingProps> = {}): ModelServingProps {
  return {
    model: ModelRef.champion('fraud-detection'),
    release: aRelease(),
    image: ImageRef.fromDigest('registry.example.com/fraud/server', DIGEST),
    server: aServer(),
    resources: { cpu: { request: Cpu.units(2) }, memory: { request: Size.gibibytes(4), limit: Size.gibibytes(6) } },
    warmup: Duration.seconds(45),
    slo: Slo.of({ latency: { percentile: 95, below: Duration.millis(100) }, errorRatioBelow: 0.01 }),
    owner: { team: 'risk-ml', runbookUrl: 'https://runbooks.example.com/fraud' },
    platform: aPlatform(),
    strategy: RolloutStrategy.rollingUpdate(),
    ...overrides,
  };
}
