import { Chart, Testing } from 'cdk8s';
import { aPredictionLog, driftProps } from './drift';
import { DriftCronJob, DriftReference, DriftMethod, DriftSegment, DriftThreshold, FeatureType, PredictionLog, SecretRef } from '../../src';

/** A check with every method, whose command runs for real in the tests of the runtime. The hashes are those of the references written there. */
export function judgedForReal() {
  const chart = new Chart(Testing.app(), 'fraud', { namespace: 'ml' });
  const numerical = (name: string, method: DriftMethod) => ({ name, type: FeatureType.NUMERICAL, method });
  const reference = (file: string, sha256: string) => DriftReference.file(`s3://acme-registry/reference/fraud-detection/7/${file}`, sha256);
  const detector = new DriftCronJob(chart, 'Drift', driftProps({
    reference: reference('features.csv', 'ae853a94a208814700d06f2544b71973e0f6b159e7804e5431872823c69a62bd'),
    features: [
      numerical('amount', DriftMethod.psi(DriftThreshold.distance(0.2))),
      numerical('age', DriftMethod.kolmogorovSmirnov(DriftThreshold.pValue(0.001))),
      numerical('income', DriftMethod.kullbackLeibler()),
      numerical('balance', DriftMethod.jensenShannon()),
      numerical('distance', DriftMethod.wasserstein()),
      { name: 'country', type: FeatureType.CATEGORICAL, method: DriftMethod.chiSquare(DriftThreshold.pValue(0.001)) },
    ],
    answers: { column: numerical('prediction', DriftMethod.psi()), reference: reference('answers.csv', 'b0f4f236cb9294057eeb2ad5897fb52a21ec9047a4066f86181490547d779b2a') },
    minimumSamples: 1000,
    sampleCap: 3000,
    reports: 's3://acme-registry/reports/fraud-detection/',
  }));
  return { chart, detector, segment: new DriftSegment({ detector }) };
}

/** The log that the check above reads. */
export function loggedForReal(): PredictionLog {
  return aPredictionLog({
    columns: ['amount', 'age', 'income', 'balance', 'distance', 'country', 'prediction'],
    hashedColumns: ['customer_id'],
    hashKey: SecretRef.existing('fraud-log', 'key'),
  });
}
