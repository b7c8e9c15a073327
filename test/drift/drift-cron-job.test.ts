import { readFileSync } from 'fs';
import { join } from 'path';
// eslint-disable-next-line import/no-extraneous-dependencies
import Ajv from 'ajv/dist/2020';
import { App, Chart, Duration, Size, Testing } from 'cdk8s';
import {
  DriftCronJob, DriftCronJobProps, DriftMethod, DriftReference, DriftResponse, DriftThreshold, FeatureType, NetworkPeer, SecretRef, TrainingPipeline,
} from '../../src';
import { collectFacts } from '../../src/private/facts';
import { aGate, driftProps } from '../support/drift';
import { objectOf } from '../support/manifests';

const schema = JSON.parse(readFileSync(join(__dirname, '..', '..', 'runtime', 'schemas', 'drift-settings.schema.json'), 'utf8'));

function make(overrides: Partial<DriftCronJobProps> = {}) {
  const chart = new Chart(new App(), 'fraud', { namespace: 'ml' });
  const detector = new DriftCronJob(chart, 'Drift', driftProps(overrides));
  const manifests = Testing.synth(chart);
  const of = (kind: string) => objectOf(manifests, kind);
  const job = of('CronJob');
  return { detector, manifests, of, job, pod: job.spec.jobTemplate.spec.template.spec, ...collectFacts(chart) };
}

/** What the runtime is given, judged by the schema that both sides keep to. */
function settings(of: (kind: string) => any, name: string): any {
  const content = JSON.parse(of('ConfigMap').data[name]);
  const validate = new Ajv().compile(schema);
  validate(content);
  expect(validate.errors).toBeNull();
  return content;
}

describe('a check', () => {
  test('runs every hour, one at a time, and each one ends', () => {
    const { spec } = make().job;

    expect(spec).toMatchObject({
      schedule: '0 * * * *', timeZone: 'Etc/UTC', concurrencyPolicy: 'Forbid', startingDeadlineSeconds: 600, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 3,
    });
    expect(spec.jobTemplate.spec).toMatchObject({ backoffLimit: 1, activeDeadlineSeconds: 2700 });
    expect(spec.jobTemplate.spec.template.spec.restartPolicy).toBe('Never');
  });

  test('compares the log of a day with the reference of that hash', () => {
    const { pod, of } = make();
    const [check] = pod.containers;

    expect(pod.initContainers).toBeUndefined();
    expect([...check.command, ...check.args]).toEqual([
      'mlops', 'drift', 'fraud-detection',
      '--reference=s3://acme-registry/reference/fraud-detection/7/features.parquet',
      `--reference-sha256=${'a'.repeat(64)}`,
      '--current=s3://acme-registry/predictions-log/fraud-detection/',
      '--window=86400', '--settings=/etc/drift/features.json', '--json=/results/features.json', '--check=features',
      '--push=http://pushgateway.monitoring.svc:9091',
    ]);
    expect(settings(of, 'features.json')).toEqual({
      minimumSamples: 10000,
      sampleCap: 1000000,
      driftShare: 0.3,
      missingShare: 0.1,
      otherColumns: 'ignore',
      columns: {
        amount: { type: 'numerical', method: 'psi', threshold: 0.15 }, country: { type: 'categorical', method: 'psi', threshold: 0.15 },
      },
    });
  });

  test('each feature can have a method and a threshold of the right kind', () => {
    const numerical = (name: string, method: DriftMethod) => ({ name, type: FeatureType.NUMERICAL, method });
    const { of } = make({
      features: [
        numerical('a', DriftMethod.psi(DriftThreshold.distance(0.2))),
        numerical('b', DriftMethod.kolmogorovSmirnov()),
        numerical('c', DriftMethod.kullbackLeibler()),
        numerical('d', DriftMethod.jensenShannon()),
        numerical('e', DriftMethod.wasserstein()),
        { name: 'f', type: FeatureType.CATEGORICAL, method: DriftMethod.chiSquare(DriftThreshold.pValue(0.01)) },
      ],
      minimumSamples: 500,
      sampleCap: 50000,
      driftShare: 0.5,
      missingShare: 0.02,
    });

    expect(settings(of, 'features.json')).toEqual({
      minimumSamples: 500,
      sampleCap: 50000,
      driftShare: 0.5,
      missingShare: 0.02,
      otherColumns: 'ignore',
      columns: {
        a: { type: 'numerical', method: 'psi', threshold: 0.2 },
        b: { type: 'numerical', method: 'ks', threshold: 0.05 },
        c: { type: 'numerical', method: 'kl_div', threshold: 0.1 },
        d: { type: 'numerical', method: 'jensenshannon', threshold: 0.1 },
        e: { type: 'numerical', method: 'wasserstein', threshold: 0.1 },
        f: { type: 'categorical', method: 'chisquare', threshold: 0.01 },
      },
    });
    expect([DriftThreshold.distance(0.2).operator, DriftThreshold.pValue(0.01).operator]).toEqual(['>', '<']);
  });

  test('the answers have a window, a reference and settings of their own', () => {
    const { pod, of } = make({
      answers: { column: { name: 'score', type: FeatureType.NUMERICAL }, reference: DriftReference.file('s3://acme/reference/scores.parquet', 'b'.repeat(64)) },
      window: Duration.hours(12),
      schedule: '*/30 6-22 * * mon-fri',
      deadline: Duration.minutes(20),
    });

    expect(pod.initContainers.map(({ name }: any) => name)).toEqual(['check-features']);
    expect(pod.initContainers[0].args).toContain('--window=43200');
    expect(pod.containers[0].args).toEqual(expect.arrayContaining(['--check=answers', '--window=21600', '--settings=/etc/drift/answers.json']));
    expect(settings(of, 'answers.json').columns).toEqual({ score: { type: 'numerical', method: 'psi', threshold: 0.15 } });
  });

  test('a restricted pod without a token, with what the registry asks of it', () => {
    const { pod, manifests } = make({
      env: { AWS_REGION: 'eu-central-1' }, secrets: { AWS_ACCESS_KEY_ID: SecretRef.existing('bucket', 'id') }, resources: { memory: { limit: Size.gibibytes(8) } },
    });
    const [check] = pod.containers;

    expect(pod.automountServiceAccountToken).toBe(false);
    expect(pod.serviceAccountName).toBeUndefined();
    expect(check.securityContext).toMatchObject({ readOnlyRootFilesystem: true, runAsNonRoot: true, capabilities: { drop: ['ALL'] } });
    expect(check.image).toMatch(/^registry\.example\.com\/mlops\/runtime@sha256:b{64}$/);
    expect(check.env).toContainEqual({ name: 'AWS_ACCESS_KEY_ID', valueFrom: { secretKeyRef: { name: 'bucket', key: 'id' } } });
    expect(check.resources).toEqual({ limits: { memory: '8192Mi' } });
    expect(manifests.map(({ kind }) => kind).sort()).toEqual(['ConfigMap', 'CronJob', 'NetworkPolicy']);
  });

  test('nobody calls it; it calls the bucket and the Pushgateway', () => {
    const { spec } = make({ bucketAt: NetworkPeer.cidr('10.9.0.0/24', 9000) }).of('NetworkPolicy');

    expect(spec.ingress).toBeUndefined();
    expect(spec.egress.slice(1)).toEqual([
      { to: [{ ipBlock: { cidr: '10.9.0.0/24' } }], ports: [{ port: 9000, protocol: 'TCP' }] },
      {
        to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } }, podSelector: { matchLabels: { app: 'pushgateway' } } }],
        ports: [{ port: 9091, protocol: 'TCP' }],
      },
    ]);
  });

  test('the report has an address that alerts can name', () => {
    const { detector, pod } = make({ reports: 's3://acme-registry/reports/fraud/' });

    expect([detector.reportUri, detector.answersReportUri]).toEqual(['s3://acme-registry/reports/fraud/features/latest.html', undefined]);
    expect(pod.containers[0].args).toContain('--report=s3://acme-registry/reports/fraud/');
  });

  test('an identity of the cloud is its own account', () => {
    const { of, pod } = make({ identity: { serviceAccountName: 'drift', serviceAccountAnnotations: { 'eks.amazonaws.com/role-arn': 'arn' } } });

    expect(of('ServiceAccount').metadata).toMatchObject({ name: 'drift', annotations: { 'eks.amazonaws.com/role-arn': 'arn' } });
    expect(pod.serviceAccountName).toBe('drift');
  });
});

describe('what follows', () => {
  const pipeline = TrainingPipeline.fromWorkflowTemplateName('train-fraud', { serviceAccountName: 'trainer' });

  test('the report does not call left out what is there', () => {
    const present = (response?: DriftCronJobProps['response']) => make(response && { response }).present;
    const evidence = { evidence: 'accuracy fell', enabledSince: '2026-04-01' };

    expect(present()).toEqual(['Drift detection']);
    expect(present(DriftResponse.retrain(pipeline, aGate()))).toEqual(['Drift detection']);
    expect(present(DriftResponse.retrain(pipeline, aGate(), evidence))).toEqual(['Drift detection', 'Automated retraining']);
  });

  test('the owner is told', () => {
    expect(make().notes).toContain('when fraud-detection drifts, the owner is told');
  });

  test('a training is written down, and not started, until drift was seen to hurt', () => {
    const { of, notes } = make({ response: DriftResponse.retrain(pipeline, aGate()) });

    expect(JSON.parse(of('ConfigMap').data['retrain-0.json'])).toEqual({
      enabled: false,
      coolDownSeconds: 86400,
      maximumPerWeek: 2,
      lease: 'fraud-detection-retrain',
      trigger: {
        apiVersion: 'argoproj.io/v1alpha1',
        resource: 'workflows',
        manifest: {
          apiVersion: 'argoproj.io/v1alpha1',
          kind: 'Workflow',
          metadata: { generateName: 'fraud-detection-retrain-', labels: { 'cdk8s-mlops.io/model': 'fraud-detection' } },
          spec: {
            workflowTemplateRef: { name: 'train-fraud' },
            serviceAccountName: 'trainer',
            arguments: { parameters: [{ name: 'drifted-features', value: '' }, { name: 'reason', value: '' }] },
          },
        },
        driftedFeaturesParameter: 'drifted-features',
        reasonParameter: 'reason',
      },
    });
    expect(notes).toContain('when fraud-detection drifts, the owner is told what would be trained');
  });

  test('evidence switches it on, with the rights to start it and no others, for the last container alone', () => {
    const response = DriftResponse.all(DriftResponse.notify(), DriftResponse.retrain(pipeline, aGate(), {
      evidence: 'accuracy fell by 4 points', enabledSince: '2026-04-01', coolDown: Duration.days(3), maximumPerWeek: 1, apiServer: NetworkPeer.cidr('10.0.0.1/32', 6443),
    }));
    const { of, pod, notes } = make({ response });
    const mountsToken = ({ volumeMounts }: any) => volumeMounts.some(({ name }: any) => name === 'token');

    expect(JSON.parse(of('ConfigMap').data['retrain-0.json'])).toMatchObject({
      enabled: true, evidence: 'since 2026-04-01: accuracy fell by 4 points', coolDownSeconds: 259200, maximumPerWeek: 1,
    });
    expect(of('Role').rules).toEqual([
      { apiGroups: ['argoproj.io'], resources: ['workflows'], verbs: ['create', 'list'] },
      { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create'] },
      { apiGroups: ['coordination.k8s.io'], resources: ['leases'], resourceNames: ['fraud-detection-retrain'], verbs: ['get', 'update'] },
    ]);
    expect(of('RoleBinding')).toMatchObject({
      roleRef: { name: of('Role').metadata.name }, subjects: [{ kind: 'ServiceAccount', name: of('ServiceAccount').metadata.name, namespace: 'ml' }],
    });
    expect([...pod.containers[0].command, ...pod.containers[0].args]).toEqual(
      ['mlops', 'retrain', 'fraud-detection', '--drift=/results/features.json', '--settings=/etc/drift/retrain-0.json']);
    expect([pod.initContainers.some(mountsToken), mountsToken(pod.containers[0])]).toEqual([false, true]);
    expect(of('NetworkPolicy').spec.egress.pop()).toEqual({ to: [{ ipBlock: { cidr: '10.0.0.1/32' } }], ports: [{ port: 6443, protocol: 'TCP' }] });
    expect(notes).toContain('when fraud-detection drifts, the owner is told; it is trained again since 2026-04-01 (accuracy fell by 4 points), at most 1 times a week');
  });

  test('drift is an event of the CronJob where the API server is named, by a container of its own with the rights to that', () => {
    const { of, pod, notes } = make({ apiServer: NetworkPeer.cidr('10.0.0.1/32', 6443) });
    const mountsToken = ({ volumeMounts }: any) => volumeMounts.some(({ name }: any) => name === 'token');

    expect([...pod.containers[0].command, ...pod.containers[0].args]).toEqual(
      ['mlops', 'event', 'fraud-detection', '--drift=/results/features.json', `--on=${of('CronJob').metadata.name}`]);
    expect([pod.initContainers.map(({ name }: any) => name), pod.initContainers.some(mountsToken), mountsToken(pod.containers[0])])
      .toEqual([['check-features'], false, true]);
    expect(of('Role').rules).toEqual([
      { apiGroups: ['batch'], resources: ['cronjobs'], resourceNames: ['fraud-detection-drift'], verbs: ['get'] },
      { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create'] },
    ]);
    expect(of('RoleBinding').subjects).toEqual([{ kind: 'ServiceAccount', name: of('ServiceAccount').metadata.name, namespace: 'ml' }]);
    expect(pod.serviceAccountName).toBe(of('ServiceAccount').metadata.name);
    expect(of('NetworkPolicy').spec.egress.pop()).toEqual({ to: [{ ipBlock: { cidr: '10.0.0.1/32' } }], ports: [{ port: 6443, protocol: 'TCP' }] });
    expect(notes).toContain('when fraud-detection drifts, the owner is told, and the CronJob fraud-detection-drift has an event');
  });

  test('answers that drifted are told, too, and a training is started after the event', () => {
    const answers = { column: { name: 'score', type: FeatureType.NUMERICAL } };
    const { pod } = make({ answers, apiServer: NetworkPeer.cidr('10.0.0.1/32', 6443), response: DriftResponse.retrain(pipeline, aGate()) });

    expect([...pod.initContainers, ...pod.containers].map(({ name }: any) => name)).toEqual(['check-features', 'check-answers', 'event', 'retrain-0']);
    expect(pod.initContainers[2].args).toEqual([
      'fraud-detection', '--drift=/results/features.json', '--drift=/results/answers.json', '--on=fraud-detection-drift',
    ]);
  });
});
