import { App, Chart, Duration, Size, Testing } from 'cdk8s';
import { Artifacts, DataSnapshot, Gpu, ModelRegistry, TrainingJob, TrainingJobProps } from '../../src';
import { collectFacts } from '../../src/private/facts';
import { objectOf } from '../support/manifests';
import { aProgram, COMMIT, SNAPSHOT, trainingProps } from '../support/training';

function make(overrides: Partial<TrainingJobProps> = {}) {
  const chart = new Chart(new App(), 'fraud', { namespace: 'ml' });
  const training = new TrainingJob(chart, 'Training', trainingProps(overrides));
  const manifests = Testing.synth(chart);
  const job = objectOf(manifests, 'Job');
  return { training, chart, manifests, job, pod: job.spec.template.spec };
}

test('data are checked, the model is trained and tested, the candidate is handed in', () => {
  const { pod } = make();
  const commands = [...pod.initContainers, ...pod.containers].map(({ name, command, args = [] }: any) => [name, ...command, ...args]);

  expect(commands).toEqual([
    ['validate-data', 'python', 'scripts/validate_features.py'],
    ['train', 'python', 'training/train.py', '--eta=0.1', '--max_depth=6'],
    ['test-model', 'python', '-m', 'pytest', 'tests/model/'],
    [
      'register', 'mlops', 'register', 'fraud-detection', '/workspace/model', `--git-commit=${COMMIT}`, '--trained-by=risk-ml (fraud/Training)',
      '--parameter=eta=0.1', '--parameter=max_depth=6', '--metrics=/workspace/metrics.json', '--architecture=/workspace/architecture.json', '--reference=/workspace/reference',
      '--feature-schema=/etc/training/feature-schema.json', '--data=lakefs:lakefs://fraud-data@5d6e7f8a9b0c1d2e', expect.stringMatching(/^--version=6dcb09b5b578-[0-9a-f]{8}$/),
    ],
  ]);
});

test('a step is told what it is about, and finds the features where registration does', () => {
  const { pod, manifests } = make();
  const [, train] = pod.initContainers;

  expect(Object.fromEntries(train.env.map(({ name, value }: any) => [name, value]))).toEqual({
    HOME: '/tmp',
    MODEL_NAME: 'fraud-detection',
    DATA_SNAPSHOT: 'lakefs:lakefs://fraud-data@5d6e7f8a9b0c1d2e',
    GIT_COMMIT: COMMIT,
    MODEL_PATH: '/workspace/model',
    METRICS_PATH: '/workspace/metrics.json',
    ARCHITECTURE_PATH: '/workspace/architecture.json',
    REFERENCE_PATH: '/workspace/reference',
    FEATURE_SCHEMA_PATH: '/etc/training/feature-schema.json',
  });
  expect(train.volumeMounts).toEqual([
    { name: 'scratch', mountPath: '/tmp' },
    { name: 'workspace', mountPath: '/workspace' },
    { name: 'settings', mountPath: '/etc/training', readOnly: true },
  ]);
  expect(Object.keys(objectOf(manifests, 'ConfigMap').data)).toEqual(['feature-schema.json']);
});

test('what made the model is written on the Job and its pods', () => {
  const { job } = make();
  const lineage = {
    'cdk8s-mlops.io/git-commit': COMMIT,
    'cdk8s-mlops.io/data-snapshot': 'lakefs:lakefs://fraud-data@5d6e7f8a9b0c1d2e',
    'cdk8s-mlops.io/trained-by': 'risk-ml (fraud/Training)',
    'cdk8s-mlops.io/parameters': '{"eta":"0.1","max_depth":"6"}',
  };

  expect(job.metadata.annotations).toEqual(lineage);
  expect(job.spec.template.metadata.annotations).toEqual(lineage);
  expect(job.metadata.labels).toMatchObject({ 'cdk8s-mlops.io/model': 'fraud-detection', 'cdk8s-mlops.io/owner': 'risk-ml', 'cdk8s-mlops.io/environment': 'prod' });
});

test('it ends in time, tries again once, and not where that cannot help', () => {
  const { spec } = make().job;

  expect(spec).toMatchObject({ backoffLimit: 1, activeDeadlineSeconds: 14400 });
  expect(spec.ttlSecondsAfterFinished).toBeUndefined();
  expect(spec.podFailurePolicy).toEqual({
    rules: [
      { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
      { action: 'FailJob', onExitCodes: { containerName: 'register', operator: 'In', values: [1, 2, 3, 4] } },
    ],
  });
  expect(make({ retries: 0, deadline: Duration.millis(1500) }).job.spec).toMatchObject({ backoffLimit: 0, activeDeadlineSeconds: 2 });
});

test('another snapshot is another Job and another version; another size is another Job only', () => {
  const first = make().training;
  const other = make({ data: DataSnapshot.lakeFs('fraud-data', '6e7f8a9b0c1d2e3f') }).training;
  const larger = make({ workspaceSize: Size.gibibytes(20) }).training;

  expect(new Set([first, other, larger].map(({ jobName }) => jobName)).size).toBe(3);
  expect([other, larger].map(({ version }) => version === first.version)).toEqual([false, true]);
  expect(first.jobName).toMatch(/^fraud-detection-train-[0-9a-f]{8}$/);
});

test('where the registry counts, no version is named', () => {
  const { training, pod } = make({ registry: ModelRegistry.fromMlflowUrl('http://mlflow.ml.svc:5000') });

  expect(training.version).toBeUndefined();
  expect(pod.containers[0].args.filter((argument: string) => argument.startsWith('--version'))).toEqual([]);
  expect(pod.containers[0].env).toContainEqual({ name: 'MLFLOW_TRACKING_URI', value: 'http://mlflow.ml.svc:5000' });
});

test('devices are for the training and the tests, on nodes that have them', () => {
  const { pod } = make({ gpu: Gpu.nvidia(2, { nodeLabels: { pool: 'gpu' } }) });

  expect(pod.initContainers.map(({ resources }: any) => resources.limits['nvidia.com/gpu'])).toEqual([undefined, '2', '2']);
  expect(pod.tolerations).toEqual([{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }]);
  expect(pod.nodeSelector).toEqual({ pool: 'gpu' });
  expect(make({ gpu: Gpu.nvidia(1) }).pod.nodeSelector).toBeUndefined();
});

test('nobody reaches it, and it reaches whom it names', () => {
  const { manifests } = make();
  const { podSelector, policyTypes, ingress, egress } = objectOf(manifests, 'NetworkPolicy').spec;

  expect(podSelector.matchLabels).toEqual({ 'app.kubernetes.io/name': 'fraud-detection-training', 'app.kubernetes.io/component': 'training-job' });
  expect([policyTypes, ingress]).toEqual([['Ingress', 'Egress'], undefined]);
  expect(egress.flatMap(({ ports }: any) => ports.map(({ port }: any) => port))).toEqual([53, 53, 443]);
});

test('it runs as the identity that is given, whose token it does not need', () => {
  const { pod, manifests } = make({ identity: { serviceAccountName: 'trainer', serviceAccountAnnotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/trainer' } } });

  expect([pod.serviceAccountName, pod.automountServiceAccountToken]).toEqual(['trainer', false]);
  expect(objectOf(manifests, 'ServiceAccount').metadata.annotations).toEqual({ 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/trainer' });
  expect(make().pod.serviceAccountName).toBeUndefined();
});

test('the commands for any host stand beside the manifests, and the report says so', () => {
  const { chart } = make({ program: aProgram({ featureSchema: undefined }) });
  const [artifact] = Artifacts.of(chart).list();

  expect(artifact.path).toBe('fraud/Training/docker-run.sh');
  expect(artifact.content).toContain(`--env DATA_SNAPSHOT=${SNAPSHOT}`);
  expect(collectFacts(chart).notes[1]).toBe(
    `fraud-detection is trained by registry.example.com/fraud/training@sha256:${'a'.repeat(64)} on ${SNAPSHOT}, in the cluster and with fraud/Training/docker-run.sh on any host`);
});
