import { ApiObjectMetadata } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { KserveServingProps } from './kserve-options';
import { ImageRef } from '../../core/image-ref';
import { KserveVersion } from '../../core/kserve-version';
import { ModelRelease } from '../../core/model-release';
import { AuditRecord } from '../../private/audit';
import { KNATIVE_FEATURES } from '../../private/keys';
import { buildKnativePod, requiredFeatures, toKnativePodSpec } from '../knative/knative-pod';
import { ModelSourceConfig } from '../model-source';
import { buildPod } from '../pod-builder';
import { ServingPod } from '../serving-pod';

/** What an InferenceService is made of. */
export interface PredictorInput {
  readonly props: KserveServingProps;
  readonly name: string;
  readonly release: ModelRelease;
  readonly image: ImageRef;
  readonly source: ModelSourceConfig;
  readonly serviceAccount: kplus.IServiceAccount;
  readonly audit: AuditRecord;
  readonly podLabels: { [key: string]: string };
}

/** What a predictor of KServe consists of, in the words of its mode. */
export interface PredictorParts {
  readonly pod: ServingPod;
  readonly metadata: ApiObjectMetadata;
  readonly podAnnotations: { [key: string]: string };
  readonly fields: { [field: string]: any };
  readonly podSpecOf: (spec: any) => any;
}

/** KServe takes this container for the one that answers. */
const SERVER = 'kserve-container';

/** Mode as versions before 0.16 call it. */
const LEGACY_MODES: { [mode: string]: string } = { Standard: 'RawDeployment', Knative: 'Serverless' };

/** Puts together what an InferenceService is made of. */
export function predictorParts(scope: Construct, input: PredictorInput): PredictorParts {
  const { props, release, image, source, serviceAccount, audit, podLabels } = input;
  const environment = { ...source.environment, ...environmentOf(input) };
  const parts = { props: { ...props, image }, release, source: { ...source, environment }, serviceAccount, audit, podLabels, serverName: SERVER };
  return props.mode.knativeOptions ? knativeParts(input, buildKnativePod(scope, parts)) : standardParts(input, buildPod(scope, parts));
}

function standardParts(input: PredictorInput, pod: ServingPod): PredictorParts {
  const { autoscaling, replicas = 2, maxSurgePercent = 25 } = input.props.mode.standardOptions!;
  return {
    pod,
    // an autoscaler of ours calms down slowly, which that of KServe cannot be told
    metadata: metadataOf(input, { 'serving.kserve.io/autoscalerClass': autoscaling ? 'external' : 'none' }),
    podAnnotations: {},
    fields: {
      ...commonFields(input),
      minReplicas: autoscaling?.minReplicas ?? replicas,
      deploymentStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: `${maxSurgePercent}%`, maxUnavailable: 0 } },
    },
    podSpecOf: (spec) => spec,
  };
}

function knativeParts(input: PredictorInput, pod: ServingPod): PredictorParts {
  const { scaling, canaryTrafficPercent, containerConcurrency, tags = true } = input.props.mode.knativeOptions!;
  const podSpecOf = (spec: any) => toKnativePodSpec(spec, pod.podFields);
  const features = requiredFeatures(podSpecOf({ ...pod.podFields, initContainers: pod.workload.initContainers }));
  return {
    pod,
    metadata: metadataOf(input, {
      'serving.kserve.io/enable-tag-routing': tags ? 'true' : undefined, [KNATIVE_FEATURES]: features.length > 0 ? features.join(',') : undefined,
    }),
    podAnnotations: { ...scaling._calmDown, 'serving.knative.dev/no-gc': 'true' },
    fields: {
      ...commonFields(input),
      minReplicas: scaling.minReplicas,
      maxReplicas: scaling.maxReplicas,
      scaleMetric: scaling.metric,
      scaleTarget: scaling.perPod,
      containerConcurrency,
      canaryTrafficPercent,
    },
    podSpecOf,
  };
}

function metadataOf({ name, props }: PredictorInput, annotations: { [key: string]: string | undefined }): ApiObjectMetadata {
  const { mode: { modeName }, platform: { kserve }, exposed } = props;
  const mode = kserve === KserveVersion.V0_15 ? LEGACY_MODES[modeName] : modeName;
  const all = { 'serving.kserve.io/deploymentMode': mode, ...annotations };
  return {
    name,
    annotations: Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined)),
    labels: exposed ? undefined : { 'networking.kserve.io/visibility': 'cluster-local' },
  };
}

function environmentOf({ props, release }: PredictorInput): { [name: string]: string } {
  const protocol = props.server.readyPathOf(release.model).startsWith('/v2/') ? 'v2' : 'v1';
  const [place, ...others] = props.storage ?? [];
  const single = place && others.length === 0 && place.mountPath === '/mnt/models';
  return { PROTOCOL: protocol, ...single ? { STORAGE_URI: place._uri(release) } : {}, ...place ? { MODEL_PATH: place.mountPath } : {} };
}

function commonFields({ props, release }: PredictorInput): { [field: string]: any } {
  const { storage = [], logger, batcher } = props;
  const several = storage.length > 1 || storage.some(({ mountPath }) => mountPath !== '/mnt/models');
  return {
    timeout: props.requestTimeout?.toSeconds() ?? 30,
    storageUris: several ? storage.map((place) => ({ uri: place._uri(release), mountPath: place.mountPath })) : undefined,
    logger: logger && { url: logger.url, mode: logger.mode ?? 'all' },
    batcher: batcher && { maxBatchSize: batcher.maxBatchSize, maxLatency: batcher.maxLatency.toMilliseconds() },
  };
}
