import { Chart, Duration, Testing } from 'cdk8s';
import {
  DriftCronJob, DriftCronJobProps, DriftMethod, DriftReference, DriftResponse, DriftThreshold, FeatureType, IEvaluationGate, ModelRegistry,
  RetrainOptions, TrainingPipeline,
} from '../../src';
import { aGate, driftProps } from '../support/drift';
import { ErrorCase } from '../support/error-case';

function make(overrides: Partial<DriftCronJobProps>, namespace: string | undefined = 'ml'): DriftCronJob {
  return new DriftCronJob(new Chart(Testing.app(), 'fraud', { namespace }), 'Drift', driftProps(overrides));
}
const pipeline = TrainingPipeline.fromWorkflowTemplateName('train');
const retrain = (options: RetrainOptions, gate: IEvaluationGate = aGate()) => DriftResponse.retrain(pipeline, gate, options);
const at = (message: string) => `[fraud/Drift] ${message}`;

/** One wrong property each, and the whole of what is said. */
const PROPERTIES: [string, Partial<DriftCronJobProps>, string][] = [
  ['drift/model-name', { modelName: 'Fraud' }, "'modelName' must be at most 40 lower-case letters, digits and '-', got 'Fraud' (drift/model-name)"],
  ['drift/no-features', { features: [] }, "'features' of 'fraud-detection' must name at least one feature, got none (drift/no-features)"],
  ['drift/feature-twice', { features: [1, 2, 3].map(() => ({ name: 'amount', type: FeatureType.NUMERICAL })) },
    "the feature 'amount' is named twice; give it one method (drift/feature-twice)"],
  ['drift/method-for-type', { features: [{ name: 'country', type: FeatureType.CATEGORICAL, method: DriftMethod.kolmogorovSmirnov() }] },
    "the Kolmogorov-Smirnov test does not compare categorical values, which 'country' holds; use DriftMethod.psi() (drift/method-for-type)"],
  ['drift/samples', { minimumSamples: 0 }, "'minimumSamples' must be a whole number of at least 1, got 0 (drift/samples)"],
  ['drift/cap-below-minimum', { minimumSamples: 500, sampleCap: 100 },
    "'sampleCap' must not be below 'minimumSamples', got 100 and 500; nothing would ever be judged (drift/cap-below-minimum)"],
  ['drift/share', { driftShare: 30 }, "'driftShare' must be a share of at least 0 and below 1, got 30 (drift/share)"],
  ['drift/window', { window: Duration.seconds(60) }, "'window' must be at least five minutes, got 1 minute (drift/window)"],
  ['schedule/six-fields', { schedule: '0 0 * * * *' },
    "'schedule' must have five fields, minutes first, got six: '0 0 * * * *'; leave out the seconds, which only Kubeflow Pipelines reads (schedule/six-fields)"],
  ['schedule/never', { schedule: '0 3 30 2 *' }, "'schedule' must come at some time, got '0 3 30 2 *', a day that no year has (schedule/never)"],
  ['schedule/stale-before-next', { schedule: '0 3 * * 1', staleAfter: Duration.hours(3) },
    "'staleAfter' must be longer than 7 days, the longest time between two runs of '0 3 * * 1', got 3 hours; leave it out, and one run may be missed (schedule/stale-before-next)"],
  ['address/scheme', { pushgatewayUrl: 'ftp://pushgateway' }, "'pushgatewayUrl' must be an address such as http://… or https://…, got 'ftp://pushgateway' (address/scheme)"],
  ['s3/malformed-uri', { predictionsLog: '/var/log' }, "an S3 address must look like 's3://<bucket>/<prefix>', got '/var/log' (s3/malformed-uri)"],
];

export const cases: ErrorCase[] = [
  ...PROPERTIES.map(([id, overrides, message]): ErrorCase => ({ id, when: 'a drift check with one wrong property', provoke: () => make(overrides), message: at(message) })),
  {
    id: 'drift/reference-hash',
    when: 'half a hash of a reference',
    provoke: () => DriftReference.file('s3://acme/reference/a.parquet', 'abc'),
    message: "'sha256' of the reference 's3://acme/reference/a.parquet' must be 64 lower-case hex digits, got 'abc'; take the output of 'sha256sum' (drift/reference-hash)",
  },
  {
    id: 's3/malformed-uri',
    when: 'a reference on the disk of somebody',
    provoke: () => DriftReference.file('features.parquet', 'a'.repeat(64)),
    message: "an S3 address must look like 's3://<bucket>/<prefix>', got 'features.parquet' (s3/malformed-uri)",
  },
  {
    id: 'drift/registry-out-of-reach',
    when: 'the champion of a server that nobody says the way to',
    provoke: () => DriftReference.ofChampion(ModelRegistry.fromMlflowUrl('http://mlflow.ml.svc:5000')),
    message: "'reachedAt' must say who answers at 'http://mlflow.ml.svc:5000', which every check asks for the champion, got nobody; give the peer of the server, or NetworkPeer.pods() (drift/registry-out-of-reach)",
  },
  {
    id: 'drift/malformed-distance',
    when: 'a distance that chance alone exceeds',
    provoke: () => DriftThreshold.distance(0.05),
    message: 'a distance that means drift must be greater than 0.05, got 0.05; for the p-value of a test there is DriftThreshold.pValue() (drift/malformed-distance)',
  },
  {
    id: 'drift/malformed-p-value',
    when: 'a distance as the p-value of a test',
    provoke: () => DriftThreshold.pValue(0.15),
    message: 'a p-value that means drift must be greater than 0 and at most 0.1, got 0.15; for a distance there is DriftThreshold.distance() (drift/malformed-p-value)',
  },
  {
    id: 'drift/threshold-kind',
    when: 'a p-value for PSI',
    provoke: () => DriftMethod.psi(DriftThreshold.pValue(0.05)),
    message: 'PSI is judged by a distance, got the p-value 0.05; use DriftThreshold.distance() (drift/threshold-kind)',
  },
  {
    id: 'drift/threshold-kind',
    when: 'a distance for a test',
    provoke: () => DriftMethod.chiSquare(DriftThreshold.distance(0.15)),
    message: 'the chi-square test is judged by a p-value, got the distance 0.15; use DriftThreshold.pValue() (drift/threshold-kind)',
  },
  {
    id: 'drift/retraining-without-gate',
    when: 'retraining without a gate, from a language that lets it pass',
    provoke: () => DriftResponse.retrain(pipeline, undefined as any),
    message: "'gate' must say what a version that drift made train must pass, got none; add an EvaluationGate (drift/retraining-without-gate)",
  },
  {
    id: 'drift/retraining-without-evidence',
    when: 'a day without evidence, and numbers that cannot be',
    provoke: () => retrain({ enabledSince: 'April', maximumPerWeek: 0.5 }),
    message: [
      "'evidence' and 'enabledSince' belong together, got '' and 'April'; leave both out until drift was seen to hurt (drift/retraining-without-evidence)",
      "'enabledSince' must be a day such as '2026-04-01', got 'April' (drift/malformed-day)",
      "'maximumPerWeek' must be a whole number of at least 1, got 0.5 (drift/maximum-per-week)",
    ].join('\n'),
  },
  {
    id: 'drift/malformed-day',
    when: 'a month of thirteen',
    provoke: () => retrain({ evidence: 'accuracy fell', enabledSince: '2026-13-01' }),
    message: "'enabledSince' must be a day such as '2026-04-01', got '2026-13-01' (drift/malformed-day)",
  },
  {
    id: 'drift/maximum-per-week',
    when: 'no training a week',
    provoke: () => retrain({ maximumPerWeek: 0 }),
    message: "'maximumPerWeek' must be a whole number of at least 1, got 0 (drift/maximum-per-week)",
  },
  {
    id: 'drift/gate-of-another-model',
    when: 'the gate of another model',
    provoke: () => make({ response: retrain({}, aGate('churn')) }),
    message: at("the gate judges 'churn', but 'fraud-detection' would be trained; give the gate of that model (drift/gate-of-another-model)"),
  },
  {
    id: 'drift/no-namespace',
    when: 'rights for an account of no namespace',
    provoke: () => new DriftCronJob(new Chart(Testing.app(), 'fraud'), 'Drift', driftProps({ response: retrain({}) })),
    message: at("the chart must have a 'namespace' where drift starts trainings or writes events, got none: rights are given to an account of a namespace (drift/no-namespace)"),
  },
];
