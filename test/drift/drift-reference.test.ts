import { Chart, Testing } from 'cdk8s';
import { DriftCronJob, DriftCronJobProps, DriftReference, FeatureType, ModelRegistry, NetworkPeer, SecretRef } from '../../src';
import { driftProps } from '../support/drift';
import { objectOf } from '../support/manifests';

const OF_MLFLOW = ModelRegistry.fromMlflowUrl('http://mlflow.ml.svc:5000', { token: SecretRef.existing('mlflow', 'token') });
const SERVER = NetworkPeer.pods({ namespace: 'ml', labels: { app: 'mlflow' }, ports: [5000] });
const ANSWERS = { column: { name: 'score', type: FeatureType.NUMERICAL } };

function make(overrides: Partial<DriftCronJobProps>) {
  const chart = new Chart(Testing.app(), 'fraud', { namespace: 'ml' });
  new DriftCronJob(chart, 'Drift', driftProps({ bucketAt: NetworkPeer.cidr('10.9.0.0/24', 9000), ...overrides }));
  const manifests = Testing.synth(chart);
  const { containers, initContainers = [] } = objectOf(manifests, 'CronJob').spec.jobTemplate.spec.template.spec;
  return { checks: [...initContainers, ...containers], egress: objectOf(manifests, 'NetworkPolicy').spec.egress.slice(1) };
}

const referenceOf = ({ args }: any) => args.filter((arg: string) => /^--re(ference|gistry)/.test(arg));
const environmentOf = ({ env }: any) => Object.fromEntries(env.map(({ name, value, valueFrom }: any) => [name, value ?? valueFrom.secretKeyRef]));

test('a file is compared by its hash, whichever version serves', () => {
  const { checks: [check] } = make({ reference: DriftReference.file('s3://acme/reference/features.parquet', 'c'.repeat(64)) });

  expect(referenceOf(check)).toEqual(['--reference=s3://acme/reference/features.parquet', `--reference-sha256=${'c'.repeat(64)}`]);
});

test('the champion is asked for at every check: neither its version nor a hash stands in the manifest', () => {
  const { checks: [check], egress } = make({ reference: DriftReference.ofChampion(ModelRegistry.fromS3Uri('s3://acme-registry', { region: 'eu-central-1' })) });

  expect(referenceOf(check)).toEqual(['--reference-of=champion', '--registry=s3://acme-registry']);
  expect(environmentOf(check)).toMatchObject({ MODEL_REGISTRY_URI: 's3://acme-registry', AWS_REGION: 'eu-central-1' });
  expect(egress).toHaveLength(2);
});

test('a server of MLflow is reached with its own credentials, and another registry in the environment does not hide it', () => {
  const { environment: env } = ModelRegistry.fromS3Uri('s3://acme-registry');

  const { checks: [check], egress } = make({ reference: DriftReference.ofChampion(OF_MLFLOW, SERVER), env });

  expect(referenceOf(check)).toEqual(['--reference-of=champion', '--registry=http://mlflow.ml.svc:5000']);
  expect(environmentOf(check)).toMatchObject({
    MLFLOW_TRACKING_URI: 'http://mlflow.ml.svc:5000', MODEL_REGISTRY_URI: 's3://acme-registry', MLFLOW_TRACKING_TOKEN: { name: 'mlflow', key: 'token' },
  });
  expect(egress[2]).toEqual({
    to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ml' } }, podSelector: { matchLabels: { app: 'mlflow' } } }],
    ports: [{ port: 5000, protocol: 'TCP' }],
  });
});

test('a registry that is neither is known by what it puts into the environment', () => {
  const registry = { environment: { OURS: '1' }, secretEnvironment: {}, countsVersions: false, modelUri: () => '' };

  const { checks: [check] } = make({ reference: DriftReference.ofChampion(registry) });

  expect(referenceOf(check)).toEqual(['--reference-of=champion']);
  expect(environmentOf(check)).toMatchObject({ OURS: '1' });
});

test('answers are compared with a column of the same reference, unless they have one of their own', () => {
  const reference = DriftReference.ofChampion(OF_MLFLOW, SERVER);
  const file = DriftReference.file('s3://acme/reference/scores.parquet', 'c'.repeat(64));

  const [features, answers] = make({ reference, answers: ANSWERS }).checks;
  const apart = make({ reference: file, answers: { ...ANSWERS, reference } });

  expect(referenceOf(answers)).toEqual(referenceOf(features));
  expect(apart.checks.map(referenceOf)).toEqual([
    ['--reference=s3://acme/reference/scores.parquet', `--reference-sha256=${'c'.repeat(64)}`],
    ['--reference-of=champion', '--registry=http://mlflow.ml.svc:5000'],
  ]);
  expect(apart.checks.map((check) => environmentOf(check).MLFLOW_TRACKING_URI)).toEqual([undefined, 'http://mlflow.ml.svc:5000']);
  expect(apart.egress).toHaveLength(3);
});
