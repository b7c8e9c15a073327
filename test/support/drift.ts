import { aPlatform, DIGEST, OTHER_DIGEST } from './fixtures';
import {
  DriftCronJobProps, DriftReference, DriftResponse, EvaluationGate, FeatureType, GoldenSet, ModelRef, NetworkPeer, PredictionLog,
  PredictionLogProps, QualityGates, RuntimeImage,
} from '../../src';

export const GATES_FILE = `${__dirname}/quality_gates.yaml`;

export function aGate(model = 'fraud-detection'): EvaluationGate {
  return EvaluationGate.of({
    model: ModelRef.champion(model),
    goldenSet: GoldenSet.fromS3Uri('s3://acme-registry/reference/fraud-detection/golden.parquet', 'd'.repeat(64)),
    qualityGates: QualityGates.fromFile(GATES_FILE),
  });
}

const runtime = RuntimeImage.of({ repository: 'registry.example.com/mlops/runtime', smallDigest: DIGEST, fullDigest: OTHER_DIGEST });

/** A log as small as it may be. */
export function aPredictionLog(overrides: Partial<PredictionLogProps> = {}): PredictionLog {
  return PredictionLog.of({ runtime, folder: 's3://acme-registry/predictions-log/fraud-detection/', columns: ['amount', 'country', 'score'], ...overrides });
}

/** A drift check as small as it may be. */
export function driftProps(overrides: Partial<DriftCronJobProps> = {}): DriftCronJobProps {
  return {
    modelName: 'fraud-detection',
    owner: { team: 'risk-ml', runbookUrl: 'https://runbooks.example.com/fraud' },
    response: DriftResponse.notify(),
    runtime,
    platform: aPlatform(),
    reference: DriftReference.file('s3://acme-registry/reference/fraud-detection/7/features.parquet', 'a'.repeat(64)),
    predictionsLog: 's3://acme-registry/predictions-log/fraud-detection/',
    features: [{ name: 'amount', type: FeatureType.NUMERICAL }, { name: 'country', type: FeatureType.CATEGORICAL }],
    pushgatewayUrl: 'http://pushgateway.monitoring.svc:9091',
    pushgatewayAt: NetworkPeer.pods({ namespace: 'monitoring', labels: { app: 'pushgateway' }, ports: [9091] }),
    ...overrides,
  };
}
