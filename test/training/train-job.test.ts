import { App, Chart, Duration, Size, Testing } from 'cdk8s';
import { Artifacts, GitOps, Gpu, MetricsBackend, ModelRegistry, PlatformProfile, TrainJob, TrainJobProps, TrainingFramework } from '../../src';
import { collectFacts } from '../../src/private/facts';
import { objectOf } from '../support/manifests';
import { aProgram, COMMIT, SNAPSHOT, trainJobProps } from '../support/training';

function make(overrides: Partial<TrainJobProps> = {}) {
  const chart = new Chart(new App(), 'fraud', { namespace: 'ml' });
  const training = new TrainJob(chart, 'Training', trainJobProps(overrides));
  const manifests = Testing.synth(chart);
  const runtime = objectOf(manifests, 'TrainingRuntime');
  const jobs = runtime.spec.template.spec.replicatedJobs;
  return { training, chart, manifests, runtime, jobs, pods: jobs.map(({ template }: any) => template.spec.template.spec), trainJob: objectOf(manifests, 'TrainJob') };
}

test('data are checked, the nodes train together, the model is tested and handed in, one after another', () => {
  const { jobs, pods } = make();

  expect(jobs.map(({ name, dependsOn, replicas, groupName }: any) => [name, dependsOn, replicas, groupName])).toEqual([
    ['validate-data', undefined, 1, 'default'],
    ['node', [{ name: 'validate-data', status: 'Complete' }], 1, 'default'],
    ['test-model', [{ name: 'node', status: 'Complete' }], 1, 'default'],
    ['register', [{ name: 'test-model', status: 'Complete' }], 1, 'default'],
  ]);
  expect(pods.map(({ containers: [{ name, command, args = [] }] }: any) => [name, ...command ?? [], ...args])).toEqual([
    ['validate-data', 'python', 'scripts/validate_features.py'],
    ['node'],
    ['test-model', 'python', '-m', 'pytest', 'tests/model/'],
    [
      'register', 'mlops', 'register', 'fraud-detection', '/workspace/model', `--git-commit=${COMMIT}`, '--trained-by=risk-ml (fraud/Training)',
      '--parameter=eta=0.1', '--parameter=max_depth=6', '--metrics=/workspace/metrics.json', '--architecture=/workspace/architecture.json', '--reference=/workspace/reference',
      '--feature-schema=/etc/training/feature-schema.json', `--data=${SNAPSHOT}`, expect.stringMatching(/^--version=6dcb09b5b578-[0-9a-f]{8}$/),
    ],
  ]);
});

test('the TrainJob says what trains on how many nodes, its own runtime how pods are made', () => {
  const { trainJob, runtime, training } = make({ nodes: 4 });
  const { env, ...trainer } = trainJob.spec.trainer;

  expect(trainJob.spec).toMatchObject({
    runtimeRef: { apiGroup: 'trainer.kubeflow.org', kind: 'TrainingRuntime', name: training.jobName }, activeDeadlineSeconds: 14400,
  });
  expect(trainer).toEqual({
    image: aProgram().image.uri,
    command: ['python', 'training/train.py', '--eta=0.1', '--max_depth=6'],
    numNodes: 4,
    resourcesPerNode: { limits: { memory: '8192Mi' }, requests: { cpu: '4', memory: '8192Mi' } },
  });
  expect(Object.fromEntries(env.map(({ name, value }: any) => [name, value]))).toMatchObject({ DATA_SNAPSHOT: `${SNAPSHOT}`, MODEL_PATH: '/workspace/model' });
  expect(runtime.metadata.name).toBe(training.jobName);
  expect(runtime.spec.mlPolicy).toEqual({ numNodes: 4, torch: {} });
  expect(runtime.spec.template.spec.replicatedJobs[1].template.metadata.labels).toEqual({ 'trainer.kubeflow.org/trainjob-ancestor-step': 'trainer' });
});

test.each([[TrainingFramework.TORCH, 'torch'], [TrainingFramework.JAX, 'jax'], [TrainingFramework.XGBOOST, 'xgboost']])('%s is connected by its own policy', (framework, key) => {
  expect(make({ framework }).runtime.spec.mlPolicy).toEqual({ numNodes: 2, [key]: {} });
});

test('all pods share one volume that JobSet makes and deletes; processes of a node share memory', () => {
  const { runtime, pods } = make({ workspaceSize: Size.gibibytes(50) });

  expect(runtime.spec.template.spec.volumeClaimPolicies).toEqual([{
    templates: [{
      metadata: { name: 'workspace' },
      spec: { accessModes: ['ReadWriteMany'], storageClassName: 'efs', resources: { requests: { storage: '51200Mi' } } },
    }],
    retentionPolicy: { whenDeleted: 'Delete' },
  }]);
  expect(pods.map(({ containers: [{ volumeMounts }] }: any) => volumeMounts.map(({ mountPath }: any) => mountPath))).toEqual([
    ['/tmp', '/workspace', '/etc/training'], ['/tmp', '/workspace', '/etc/training', '/dev/shm'], ['/tmp', '/workspace', '/etc/training'], ['/tmp', '/workspace', '/etc/training'],
  ]);
  expect(pods.flatMap(({ volumes }: any) => volumes.map(({ name }: any) => name))).not.toContain('workspace');
  expect(pods[1].volumes[2]).toEqual({ name: 'shared-memory', emptyDir: { medium: 'Memory' } });
  expect(make({ program: aProgram({ featureSchema: undefined }) }).pods[3].volumes.map(({ name }: any) => name)).toEqual(['scratch']);
});

test('what made the model is written on the objects and the pods', () => {
  const { trainJob, runtime, jobs } = make();
  const lineage = {
    'cdk8s-mlops.io/git-commit': COMMIT,
    'cdk8s-mlops.io/data-snapshot': `${SNAPSHOT}`,
    'cdk8s-mlops.io/trained-by': 'risk-ml (fraud/Training)',
    'cdk8s-mlops.io/parameters': '{"eta":"0.1","max_depth":"6"}',
  };

  expect([trainJob, runtime].map(({ metadata }) => metadata.annotations)).toEqual([lineage, lineage]);
  expect(jobs.map(({ template }: any) => template.spec.template.metadata.annotations)).toEqual(jobs.map(() => lineage));
});

test('a lost node is not counted, a failed training is tried again, what other steps say is final', () => {
  const { runtime, jobs } = make({ retries: 2 });

  expect(runtime.spec.template.spec.failurePolicy).toEqual({
    maxRestarts: 2,
    restartStrategy: 'Recreate',
    rules: [
      { name: 'node_lost', action: 'RestartJobSetAndIgnoreMaxRestarts', targetReplicatedJobs: ['node'], onJobFailureReasons: ['PodFailurePolicy'] },
      { name: 'step_failed', action: 'FailJobSet', targetReplicatedJobs: ['validate-data', 'test-model', 'register'] },
    ],
  });
  const lost = { onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] };
  expect(jobs.map(({ template: { spec } }: any) => [spec.backoffLimit, spec.podFailurePolicy.rules])).toEqual([
    [2, [{ action: 'Ignore', ...lost }]],
    [0, [{ action: 'FailJob', ...lost }]],
    [2, [{ action: 'Ignore', ...lost }]],
    [2, [{ action: 'Ignore', ...lost }, { action: 'FailJob', onExitCodes: { containerName: 'register', operator: 'In', values: [1, 2, 3, 4] } }]],
  ]);
  expect(make({ deadline: Duration.millis(1500) }).trainJob.spec.activeDeadlineSeconds).toBe(2);
});

test('more nodes are another version and another TrainJob, whose longest pod name fits', () => {
  const [two, three] = [make(), make({ nodes: 3 })].map(({ training }) => training);
  const long = make({ program: aProgram({ model: { modelName: `${'m'.repeat(23)}-${'n'.repeat(28)}` } as any }) }).training;

  expect([two.jobName === three.jobName, two.version === three.version]).toEqual([false, false]);
  expect(long.jobName).toMatch(/^m{23}-train-[0-9a-f]{8}$/);
  expect(`${make({ program: aProgram({ model: { modelName: 'm'.repeat(52) } as any }) }).training.jobName}-validate-data-0-0-abcde`.length).toBeLessThanOrEqual(63);
  expect(make({ registry: ModelRegistry.fromMlflowUrl('http://mlflow.ml.svc:5000') }).training.version).toBeUndefined();
});

test('devices are for nodes and tests, and the nodes are counted with them', () => {
  const { pods, trainJob } = make({ gpu: Gpu.nvidia(8, { nodeLabels: { pool: 'gpu' } }) });

  expect(pods.map(({ containers: [{ resources }] }: any) => resources.limits['nvidia.com/gpu'])).toEqual([undefined, '8', '8', undefined]);
  expect(pods.map(({ nodeSelector }: any) => nodeSelector)).toEqual([undefined, { pool: 'gpu' }, { pool: 'gpu' }, undefined]);
  expect(trainJob.spec.trainer.resourcesPerNode.limits['nvidia.com/gpu']).toBe('8');
});

test('nodes reach each other on any port, and everybody else as it is named', () => {
  const { manifests, chart } = make();
  const { ingress, egress, podSelector } = objectOf(manifests, 'NetworkPolicy').spec;
  const own = { 'app.kubernetes.io/name': 'fraud-detection-training', 'app.kubernetes.io/component': 'train-job' };

  expect(podSelector.matchLabels).toEqual(own);
  expect(ingress).toEqual([{ from: [{ podSelector: { matchLabels: own } }] }]);
  expect(egress[1]).toEqual({ to: [{ podSelector: { matchLabels: own } }] });
  expect(egress[2].ports).toEqual([{ port: 443, protocol: 'TCP' }]);
  expect(collectFacts(chart).traffic.filter(({ port }) => port === '').map(({ from, to, direction }) => [from, to, direction])).toEqual([
    ['fraud-detection-training (TrainJob)', 'fraud-detection-training (TrainJob)', 'ingress'],
    ['fraud-detection-training (TrainJob)', 'fraud-detection-training (TrainJob)', 'egress'],
  ]);
});

test('it comes after its runtime, without which it is refused', () => {
  const platform = PlatformProfile.of({ metrics: MetricsBackend.none('a test'), gitOps: GitOps.argoCd() });
  const { trainJob, runtime } = make({ platform });
  const kinds = make().manifests.map(({ kind }) => kind);

  expect(kinds.indexOf('TrainingRuntime')).toBeLessThan(kinds.indexOf('TrainJob'));
  expect([trainJob, runtime].map(({ metadata }) => metadata.annotations['argocd.argoproj.io/sync-wave'])).toEqual(['1', undefined]);
});

test('every pod runs as the identity that is given, and the report says who trains on what', () => {
  const { chart, pods } = make({ identity: { serviceAccountName: 'trainer', serviceAccountAnnotations: {} } });

  expect(pods.map(({ serviceAccountName, automountServiceAccountToken }: any) => [serviceAccountName, automountServiceAccountToken])).toEqual(pods.map(() => ['trainer', false]));
  expect(Artifacts.of(chart).list().map(({ path }) => path)).toEqual(['fraud/Training/docker-run.sh']);
  expect(collectFacts(chart).notes[1]).toBe(
    `fraud-detection is trained by ${aProgram().image.uri} on ${SNAPSHOT}, on 2 nodes of the cluster (torch), and with fraud/Training/docker-run.sh on any host`);
});
