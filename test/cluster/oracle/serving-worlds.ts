import { Testing } from 'cdk8s';
import { Pick } from './worlds';
import { Gpu, KnativeFeature, KnativeScaling, KnativeServing, KnativeTraffic, KserveMode, KserveServing, ModelServer, NetworkPeer, Spread, TrafficRouter, ImageRef } from '../../../src';
import { anInferenceService, aKnativeService } from '../../private/controllers/serving';
import { aRelease, OTHER_DIGEST } from '../../support/fixtures';
import { knativePlatform, knativeProps, kserveProps } from '../../support/serving-by-others';

/** An InferenceService: made by the library, or written by hand. */
export function someInferenceService(pick: Pick): any {
  const maker = pick('library', 'hand');
  if (maker === 'hand') {return withPredictor(pick);}
  const chart = Testing.chart();
  const scaling = KnativeScaling.concurrency({ perPod: pick(1, 8), minReplicas: pick(0, 1, 2), maxReplicas: pick(2, 10) });
  const mode = KserveMode.knative({ scaling, canaryTrafficPercent: pick<any>(undefined, 0, 10, 100) });
  const knative = { server: ModelServer.kserve(), platform: knativePlatform(), mode };
  const challenger = { release: aRelease({ version: 'v2.2.0' }), image: ImageRef.fromDigest('registry.example.com/fraud/server', OTHER_DIGEST) };
  const stages = { router: TrafficRouter.istio(), challenger };
  const standard = { mode: pick(KserveMode.standard({ replicas: pick(1, 2, 5) }), KserveMode.standard({ stages })) };
  const egress = NetworkPeer.namespace('logs', 80);
  new KserveServing(chart, 'Serving', kserveProps({
    ...pick<object>(knative, standard), logger: pick<any>(undefined, { url: 'http://broker.logs', egress }), runAsUser: pick<any>(undefined, 1000),
  }));
  return pick(...Testing.synth(chart).filter(({ kind }) => kind === 'InferenceService'));
}

function withPredictor(pick: Pick): any {
  const service = anInferenceService();
  service.metadata.annotations['serving.kserve.io/deploymentMode'] = pick('Standard', 'Standard', 'Knative');
  if (pick(true, false)) {
    service.spec.predictor = { minReplicas: 2, model: { modelFormat: { name: 'sklearn' }, storageUri: 's3://models/fraud/1' } };
  }
  return service;
}

/** A Service of Knative: made by the library, or written by hand. */
export function someKnativeService(pick: Pick): any {
  if (pick('library', 'hand') === 'hand') {return aKnativeService();}
  const chart = Testing.chart();
  const flagged = pick<object>({}, {
    gpu: Gpu.nvidia(1, { nodeLabels: { gpu: 'a10' } }),
    spread: Spread.REQUIRED,
    platform: knativePlatform(KnativeFeature.TOLERATIONS, KnativeFeature.NODE_SELECTOR, KnativeFeature.TOPOLOGY_SPREAD),
  });
  const scaling = pick(
    KnativeScaling.concurrency({ perPod: 8, minReplicas: pick(0, 1, 2), maxReplicas: 10 }),
    KnativeScaling.requestsPerSecond({ perPod: 50, maxReplicas: 4 }));
  new KnativeServing(chart, 'Serving', knativeProps({
    ...flagged,
    scaling,
    release: aRelease({ previousVersion: 'v2.0.0' }),
    server: pick(ModelServer.kserve(), ModelServer.bentoml()),
    containerConcurrency: pick<any>(undefined, 1, 16),
    traffic: pick(
      KnativeTraffic.latest(), KnativeTraffic.promoted('fraud-detection-a'),
      KnativeTraffic.challenge({ championRevision: 'fraud-detection-a', challengerPercent: pick(0, 5, 50) })),
  }));
  return Testing.synth(chart).find(({ kind }) => kind === 'Service');
}
