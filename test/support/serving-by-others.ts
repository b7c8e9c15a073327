import { Cron, Duration, Size, Testing } from 'cdk8s';
import { ContainerResources, Cpu } from 'cdk8s-plus-28';
import { aLatency, aPlatform, aRelease, DIGEST, servingProps } from './fixtures';
import {
  BatchScoring, BatchScoringProps, ImageRef, Knative, KnativeFeature, KnativeScaling, KnativeServing, KnativeServingProps, KserveMode, KserveServing,
  KserveServingProps, KserveVersion, MetricsBackend, MetricType, ModelRef, ModelServer, NetworkPeer, PlatformProfile, ServingMetrics,
} from '../../src';

/** A cluster that has Knative, with flags where needed. */
export function knativePlatform(...features: KnativeFeature[]): PlatformProfile {
  return PlatformProfile.of({
    metrics: MetricsBackend.kubePrometheus({ release: 'monitoring' }),
    knative: Knative.serving({ ingress: NetworkPeer.namespace('kourier-system'), features }),
  });
}

/** A cluster with a certain KServe. */
export function kservePlatform(kserve: KserveVersion): PlatformProfile {
  return PlatformProfile.of({ metrics: MetricsBackend.kubePrometheus({ release: 'monitoring' }), kserve });
}

/** KServe fills in a limit where there is none. */
export const withCpuLimit: ContainerResources = {
  cpu: { request: Cpu.units(2), limit: Cpu.units(4) }, memory: { request: Size.gibibytes(4), limit: Size.gibibytes(6) },
};

/** A server that answers and counts requests and failures on one port, as Knative asks. */
export function onePortServer(): ModelServer {
  return ModelServer.custom({
    port: 8080,
    readyPath: '/v1/models/{model}/ready',
    livePath: '/v1/health/live',
    metrics: ServingMetrics.custom({
      port: 8080,
      latency: aLatency,
      requests: { name: 'model_inference_requests_total', type: MetricType.COUNTER },
      failures: { name: 'model_inference_errors_total', type: MetricType.COUNTER },
    }),
  });
}

/** Requests that Knative follows. */
export const someScaling = KnativeScaling.concurrency({ perPod: 8, maxReplicas: 10 });

/** The fraud detection service, run by KServe. */
export function kserveProps(overrides: Partial<KserveServingProps> = {}): KserveServingProps {
  const { strategy: _, ...props } = servingProps();
  return { ...props, resources: withCpuLimit, mode: KserveMode.standard(), ...overrides };
}

/** The fraud detection service, run by Knative. */
export function knativeProps(overrides: Partial<KnativeServingProps> = {}): KnativeServingProps {
  const { strategy: _, ...props } = servingProps();
  return { ...props, server: ModelServer.kserve(), platform: knativePlatform(), scaling: someScaling, ...overrides };
}

/** The fraud detection batch. */
export function batchProps(overrides: Partial<BatchScoringProps> = {}): BatchScoringProps {
  return {
    model: ModelRef.champion('fraud-detection'),
    release: aRelease(),
    image: ImageRef.fromDigest('registry.example.com/fraud/scorer', DIGEST),
    input: 's3://example-warehouse/transactions/',
    outputPrefix: 's3://example-warehouse/predictions/',
    schedule: Cron.schedule({ minute: '0', hour: '4' }),
    resources: { cpu: { request: Cpu.units(2) }, memory: { request: Size.gibibytes(4), limit: Size.gibibytes(8) } },
    deadline: Duration.hours(2),
    egress: [NetworkPeer.anyHttps('tables and predictions are in S3')],
    owner: servingProps().owner,
    platform: aPlatform(),
    ...overrides,
  };
}

export function synthKserve(overrides: Partial<KserveServingProps> = {}): any[] {
  const chart = Testing.chart();
  new KserveServing(chart, 'Serving', kserveProps(overrides));
  return Testing.synth(chart);
}

export function synthKnative(overrides: Partial<KnativeServingProps> = {}): any[] {
  const chart = Testing.chart();
  new KnativeServing(chart, 'Serving', knativeProps(overrides));
  return Testing.synth(chart);
}

export function synthBatch(overrides: Partial<BatchScoringProps> = {}): any[] {
  const chart = Testing.chart();
  new BatchScoring(chart, 'Batch', batchProps(overrides));
  return Testing.synth(chart);
}
