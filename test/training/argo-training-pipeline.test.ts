import { App, Chart, Duration, Testing } from 'cdk8s';
import {
  Approval, ArgoTrainingPipelineProps, ArtifactStore, DriftCronJob, DriftResponse, GitOps, Gpu, MetricsBackend, ModelRegistry, NetworkPeer,
  PlatformProfile, ReleaseBranch, ReleaseTarget, SecretRef, TrainingData, TrainingPipeline,
} from '../../src';
import { collectFacts } from '../../src/private/facts';
import { aGate, driftProps } from '../support/drift';
import { objectOf } from '../support/manifests';
import { aProgram, COMMIT, gitCredentials, pipelineProps, SNAPSHOT } from '../support/training';

function make(overrides: Partial<ArgoTrainingPipelineProps> = {}) {
  const chart = new Chart(new App(), 'fraud', { namespace: 'ml' });
  const pipeline = TrainingPipeline.argoWorkflow(chart, 'Pipeline', pipelineProps(overrides));
  const manifests = Testing.synth(chart);
  const { metadata, spec } = objectOf(manifests, 'WorkflowTemplate');
  const [entry, ...templates] = spec.templates;
  const template = (name: string) => templates.find((one: any) => one.name === name);
  return { chart, pipeline, manifests, metadata, spec, tasks: entry.dag.tasks, templates, template };
}

const ORDER = (tasks: any[]) => tasks.map(({ name, template, depends, when }) => [name, template, depends, when]);
const NEEDED = '{{tasks.evaluate.outputs.parameters.approval}}';

describe('the order', () => {
  test('ends with a promotion, or with a rejection by the gate or by the stages', () => {
    const { tasks } = make({ release: ReleaseTarget.rollout('fraud') });

    expect(ORDER(tasks)).toEqual([
      ['take-snapshot', 'take-snapshot', undefined, undefined],
      ['validate-data', 'validate-data', 'take-snapshot.Succeeded', undefined],
      ['train', 'train', 'validate-data.Succeeded', undefined],
      ['test-model', 'test-model', 'train.Succeeded', undefined],
      ['register', 'register', 'test-model.Succeeded', undefined],
      ['evaluate', 'evaluate', 'register.Succeeded', undefined],
      ['reject-unfit', 'reject', 'evaluate.Failed', '{{tasks.evaluate.exitCode}} == 1'],
      ['approve', 'approve', 'evaluate.Succeeded', `${NEEDED} == required`],
      ['challenge-approved', 'challenge', 'approve.Succeeded', undefined],
      ['challenge', 'challenge', 'evaluate.Succeeded', `${NEEDED} == none`],
      ['release', 'release', 'challenge.Succeeded || challenge-approved.Succeeded', undefined],
      ['promote', 'promote', 'release.Succeeded', undefined],
      ['reject-sent-back', 'reject', 'release.Failed', '{{tasks.release.exitCode}} == 1'],
    ]);
  });

  test('without a release ends with a challenger', () => {
    const { tasks, template } = make();

    expect(tasks.map(({ name }: any) => name).slice(-3)).toEqual(['approve', 'challenge-approved', 'challenge']);
    expect([template('release'), template('promote')]).toEqual([undefined, undefined]);
  });

  test.each<[string, Partial<ArgoTrainingPipelineProps>]>([
    ['when it is asked to', { approval: Approval.ALWAYS }],
    ['for a model that can hurt people, whatever is asked', { highImpact: true, approval: Approval.NEW_ARCHITECTURE }],
  ])('asks a person for every version %s', (_, overrides) => {
    const { tasks } = make({ ...overrides, release: ReleaseTarget.rollout('fraud') });

    expect(ORDER(tasks).slice(7, 10)).toEqual([
      ['approve', 'approve', 'evaluate.Succeeded', undefined],
      ['challenge-approved', 'challenge', 'approve.Succeeded', undefined],
      ['release', 'release', 'challenge-approved.Succeeded', undefined],
    ]);
  });

  test('is shorter for data that are known and a model that nothing tests', () => {
    const { tasks } = make({ data: TrainingData.snapshot(SNAPSHOT), program: aProgram({ testModel: undefined, featureSchema: undefined }) });

    expect(ORDER(tasks).slice(0, 3)).toEqual([
      ['validate-data', 'validate-data', undefined, undefined],
      ['train', 'train', 'validate-data.Succeeded', undefined],
      ['register', 'register', 'train.Succeeded', undefined],
    ]);
    expect(tasks[0].arguments.parameters).toEqual([{ name: 'snapshot', value: 'lakefs:lakefs://fraud-data@5d6e7f8a9b0c1d2e' }]);
  });
});

describe('a step', () => {
  const commandOf = ({ container: { command, args = [] } }: any) => [...command, ...args];

  test('runs the same command as a Job does, or one of the runtime', () => {
    const { template } = make({ release: ReleaseTarget.rollout('fraud', { namespace: 'serving' }) });

    expect(commandOf(template('train'))).toEqual(['python', 'training/train.py', '--eta=0.1', '--max_depth=6']);
    expect(commandOf(template('register'))).toEqual([
      'mlops', 'register', 'fraud-detection', '/workspace/model', `--git-commit=${COMMIT}`, '--trained-by={{workflow.name}}', '--parameter=eta=0.1',
      '--parameter=max_depth=6', '--metrics=/workspace/metrics.json', '--architecture=/workspace/architecture.json', '--reference=/workspace/reference',
      '--feature-schema=/etc/training/feature-schema.json', '--data={{inputs.parameters.snapshot}}',
      '--version={{workflow.creationTimestamp.Y}}{{workflow.creationTimestamp.m}}{{workflow.creationTimestamp.d}}'
        + '.{{workflow.creationTimestamp.H}}{{workflow.creationTimestamp.M}}{{workflow.creationTimestamp.S}}',
      '--version-file=/workspace/version',
    ]);
    expect(commandOf(template('evaluate'))).toEqual([
      'mlops', 'evaluate', 'fraud-detection', '--version={{inputs.parameters.version}}', '--gates=/etc/training/quality_gates.yaml',
      '--golden-set=/workspace/golden-set', `--golden-set-sha256=${'d'.repeat(64)}`, '--json=/workspace/gate-report.json', '--approval-file=/workspace/approval',
      '--', 'python', 'scripts/evaluate.py',
    ]);
    expect(commandOf(template('challenge'))).toEqual([
      'mlops', 'promote', 'fraud-detection', '--version={{inputs.parameters.version}}', '--canary', '--gate-report=/workspace/gate-report.json',
      '--approved-by={{inputs.parameters.approved-by}}', '--by={{workflow.name}}', '--without-record',
    ]);
    expect(commandOf(template('release'))).toEqual([
      'mlops', 'release', 'fraud-detection', '--version={{inputs.parameters.version}}', '--to=rollout/fraud', '--namespace=serving', '--within=21600',
    ]);
    expect(commandOf(template('promote'))).toEqual([
      'mlops', 'promote', 'fraud-detection', '--version={{inputs.parameters.version}}', '--gate-report=/workspace/gate-report.json', '--by={{workflow.name}}',
      '--without-record',
    ]);
    expect(commandOf(template('reject'))).toEqual([
      'mlops', 'reject', 'fraud-detection', '--version={{inputs.parameters.version}}', '--reason={{inputs.parameters.reason}}',
      '--by={{workflow.name}}', '--without-record',
    ]);
  });

  test('is told why it runs', () => {
    const { template } = make();

    expect(template('train').container.env).toEqual(expect.arrayContaining([
      { name: 'DATA_SNAPSHOT', value: '{{inputs.parameters.snapshot}}' },
      { name: 'DRIFTED_FEATURES', value: '{{workflow.parameters.drifted-features}}' },
      { name: 'RETRAIN_REASON', value: '{{workflow.parameters.reason}}' },
    ]));
  });

  test('is a restricted pod that ends, and is tried again where that helps', () => {
    const { templates, spec } = make({ release: ReleaseTarget.rollout('fraud', { within: Duration.hours(2) }) });
    const pods = templates.filter(({ container }: any) => container);

    expect(new Set(pods.map(({ container }: any) => JSON.stringify(container.securityContext))).size).toBe(1);
    expect(pods[0].container.securityContext).toMatchObject({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true });
    // the controller hands a workflow's wish for a token on only where it is not to have one
    expect(JSON.parse(spec.podSpecPatch).automountServiceAccountToken).toBe(true);
    expect(JSON.parse(spec.podSpecPatch).containers).toEqual([
      {
        name: 'wait',
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      },
    ]);
    const limits = pods.map(({ name, activeDeadlineSeconds, retryStrategy }: any) => [name, [activeDeadlineSeconds, retryStrategy.limit]]);
    expect(Object.fromEntries(limits)).toEqual({
      'take-snapshot': [21600, '2'],
      'validate-data': [21600, '2'],
      'train': [21600, '2'],
      'test-model': [21600, '2'],
      'register': [21600, '5'],
      'evaluate': [21600, '5'],
      'challenge': [21600, '5'],
      'release': [7800, '5'],
      'promote': [21600, '5'],
      'reject': [21600, '5'],
    });
    // it would end a try that runs as that time is over, however well it goes
    expect(pods.filter(({ retryStrategy }: any) => retryStrategy.backoff.maxDuration !== undefined)).toEqual([]);
  });

  test('leaves in the object store what the next ones need', () => {
    const { template } = make();
    const artifact = (name: string) => template('train').outputs.artifacts.find((one: any) => one.name === name);

    expect(artifact('model')).toEqual({
      name: 'model',
      path: '/workspace/model',
      s3: { endpoint: 's3.amazonaws.com', bucket: 'acme-registry', key: 'models/fraud-detection/candidates/runs/{{workflow.uid}}/model.tgz', useSDKCreds: true },
    });
    expect(template('evaluate').inputs.artifacts).toEqual([{
      name: 'golden-set',
      path: '/workspace/golden-set',
      archive: { none: {} },
      s3: { endpoint: 's3.amazonaws.com', bucket: 'acme-registry', key: 'reference/fraud-detection/golden.parquet', useSDKCreds: true },
    }]);
  });

  test('hands over what it was trained on, where the program writes that', () => {
    const { tasks, template } = make();
    const named = (artifacts: any[]) => artifacts.filter(({ optional }) => optional);

    expect(named(template('train').outputs.artifacts)).toEqual([{
      name: 'reference',
      path: '/workspace/reference',
      optional: true,
      s3: { endpoint: 's3.amazonaws.com', bucket: 'acme-registry', key: 'models/fraud-detection/candidates/runs/{{workflow.uid}}/reference.tgz', useSDKCreds: true },
    }]);
    expect(named(tasks.find(({ name }: any) => name === 'register').arguments.artifacts)).toEqual([
      { name: 'reference', optional: true, from: '{{tasks.train.outputs.artifacts.reference}}' },
    ]);
    expect(named(template('register').inputs.artifacts)).toEqual([{ name: 'reference', path: '/workspace/reference', optional: true }]);
  });

  test('reaches another object store with keys', () => {
    const artifacts = ArtifactStore.s3('s3://runs/fraud/', {
      endpointUrl: 'http://minio.storage.svc:9000',
      region: 'eu-central-1',
      accessKeyId: SecretRef.existing('minio', 'id'),
      secretAccessKey: SecretRef.existing('minio', 'secret'),
    });

    expect(make({ artifacts }).template('train').outputs.artifacts[1].s3).toEqual({
      endpoint: 'minio.storage.svc:9000',
      insecure: true,
      bucket: 'runs',
      key: 'fraud/{{workflow.uid}}/metrics.tgz',
      region: 'eu-central-1',
      accessKeySecret: { name: 'minio', key: 'id' },
      secretKeySecret: { name: 'minio', key: 'secret' },
    });
  });

  test('gets devices where the model is used', () => {
    const { template } = make({ gpu: Gpu.nvidia(1) });

    expect(['validate-data', 'train', 'test-model', 'evaluate', 'register'].map((name) => template(name).tolerations !== undefined))
      .toEqual([false, true, true, true, false]);
  });
});

describe('a run', () => {
  test('is the only one of its model, ends, and is tidied up', () => {
    const { spec, metadata } = make({ approvalWithin: Duration.days(1), release: ReleaseTarget.rollout('fraud', { within: Duration.hours(2) }) });

    expect(metadata.name).toBe('fraud-detection-training');
    expect(spec).toMatchObject({
      entrypoint: 'pipeline',
      synchronization: { mutexes: [{ name: 'train-fraud-detection' }] },
      activeDeadlineSeconds: 6 * 3600 + 24 * 3600 + 2 * 3600,
      ttlStrategy: { secondsAfterSuccess: 604800, secondsAfterFailure: 2592000 },
      podGC: { strategy: 'OnPodSuccess', deleteDelayDuration: '600s' },
      serviceAccountName: 'fraud-detection-training',
    });
    expect(spec.workflowMetadata.labels['cdk8s-mlops.io/model']).toBe('fraud-detection');
  });

  test('by the clock never overlaps another', () => {
    const { manifests } = make({ schedule: '0 3 * * 1' });

    expect(objectOf(manifests, 'CronWorkflow').spec).toMatchObject({
      schedules: ['0 3 * * 1'],
      timezone: 'Etc/UTC',
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 3600,
      workflowSpec: {
        workflowTemplateRef: { name: 'fraud-detection-training' }, arguments: { parameters: [{ name: 'reason', value: 'its time came (0 3 * * 1)' }] },
      },
    });
  });

  test('that drift starts is told which features drifted', () => {
    const chart = new Chart(new App(), 'drift', { namespace: 'ml' });
    const pipeline = TrainingPipeline.argoWorkflow(chart, 'Pipeline', pipelineProps());
    new DriftCronJob(chart, 'Drift', driftProps({ response: DriftResponse.retrain(pipeline, aGate()) }));
    const settings = Testing.synth(chart).find(({ kind, data }) => kind === 'ConfigMap' && data['retrain-0.json']).data['retrain-0.json'];

    expect(JSON.parse(settings).trigger).toEqual({
      apiVersion: 'argoproj.io/v1alpha1',
      resource: 'workflows',
      manifest: {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Workflow',
        metadata: { generateName: 'fraud-detection-retrain-', labels: { 'cdk8s-mlops.io/model': 'fraud-detection' } },
        spec: {
          workflowTemplateRef: { name: 'fraud-detection-training' },
          arguments: { parameters: [{ name: 'drifted-features', value: '' }, { name: 'reason', value: '' }] },
        },
      },
      driftedFeaturesParameter: 'drifted-features',
      reasonParameter: 'reason',
    });
  });
});

describe('rights', () => {
  const rulesOf = (manifests: any[]) => manifests.filter(({ kind }) => kind === 'Role')
    .map(({ metadata: { namespace }, rules }) =>
      [namespace, rules.map(({ resources, verbs, resourceNames }: any) => [resources[0], verbs, resourceNames])]);

  test('are to tell results, and for who promotes to point one object', () => {
    const { manifests } = make({ release: ReleaseTarget.inferenceService('fraud', { namespace: 'serving' }) });

    expect(rulesOf(manifests)).toEqual([
      ['ml', [['workflowtaskresults', ['create', 'patch'], undefined]]],
      ['serving', [['inferenceservices', ['get', 'patch'], ['fraud']], ['deployments', ['get'], ['fraud-predictor']], ['services', ['get'], ['fraud-predictor']]]],
    ]);
    expect(manifests.filter(({ kind }) => kind === 'RoleBinding').map(({ subjects }) => subjects.map(({ name }: any) => name))).toEqual([
      ['fraud-detection-training', 'fraud-detection-promotion'], ['fraud-detection-promotion'],
    ]);
  });

  test('are one Lease more where the registry has no conditional writes', () => {
    const { manifests, template } = make({ registry: ModelRegistry.fromMlflowUrl('http://mlflow.ml.svc:5000') });

    expect(rulesOf(manifests)[1]).toEqual(['ml', [['leases', ['get', 'update'], ['mlops-fraud-detection']], ['leases', ['create'], undefined]]]);
    expect(template('register').container.args.filter((argument: string) => argument.startsWith('--version='))).toEqual([]);
  });

  test('are those of two accounts, which identities can name', () => {
    const { template, manifests } = make({
      trainer: { serviceAccountName: 'trainer', serviceAccountAnnotations: { role: 'a' } },
      promoter: { serviceAccountName: 'promoter', serviceAccountAnnotations: {} },
    });

    expect(['train', 'register', 'evaluate', 'challenge', 'reject'].map((name) => template(name).serviceAccountName))
      .toEqual(['trainer', 'trainer', 'trainer', 'promoter', 'promoter']);
    const accounts = manifests.filter(({ kind }) => kind === 'ServiceAccount');
    expect(accounts.map(({ metadata, automountServiceAccountToken }) => [metadata.name, automountServiceAccountToken])).toEqual([['trainer', false], ['promoter', false]]);
    expect(manifests.filter(({ kind }) => kind === 'NetworkPolicy').map(({ spec }) => spec.podSelector.matchLabels['app.kubernetes.io/component']))
      .toEqual(['training', 'promotion']);
    expect(template('challenge').metadata.labels).toMatchObject({ 'app.kubernetes.io/component': 'promotion' });
  });
});

describe('under GitOps', () => {
  const through = ReleaseBranch.https('https://git.example.com/team/deployments.git', {
    ...gitCredentials(), branch: 'production', folder: 'ml/releases', author: 'ml <ml@example.com>', server: NetworkPeer.cidr('10.1.2.3/32', 443),
  });
  const platform = PlatformProfile.of({ metrics: MetricsBackend.none('a test'), gitOps: GitOps.argoCd() });

  test('the record is changed in a branch, and the object is only watched', () => {
    const { template, manifests } = make({ release: ReleaseTarget.rollout('fraud', { through }), platform });

    expect(template('release').container.args).toEqual([
      'fraud-detection', '--version={{inputs.parameters.version}}', '--to=rollout/fraud', '--namespace={{workflow.namespace}}', '--within=21600',
      '--git=https://git.example.com/team/deployments.git', '--git-branch=production', '--git-folder=ml/releases',
      '--git-credentials=/etc/git-credentials', '--git-author=ml <ml@example.com>',
    ]);
    expect(objectOf(manifests.filter(({ metadata }) => /release/.test(metadata.name)), 'Role').rules)
      .toEqual([{ apiGroups: ['argoproj.io'], resources: ['rollouts'], resourceNames: ['fraud'], verbs: ['get'] }]);
  });

  test('user and token are files of that one step', () => {
    const { template, templates } = make({ release: ReleaseTarget.rollout('fraud', { through }), platform });
    const { container, volumes } = template('release');

    expect(container.volumeMounts).toContainEqual({ name: 'git-credentials', mountPath: '/etc/git-credentials', readOnly: true });
    expect(volumes).toContainEqual({
      name: 'git-credentials',
      projected: {
        defaultMode: 0o440,
        sources: ['username', 'password'].map((key) => ({ secret: { name: 'git', items: [{ key, path: key }] } })),
      },
    });
    expect(templates.filter((one: any) => JSON.stringify(one).includes('git-credentials')).map(({ name }: any) => name)).toEqual(['release']);
  });

  test('only who promotes reaches the Git server', () => {
    const { manifests } = make({ release: ReleaseTarget.rollout('fraud', { through }), platform });
    const reaching = manifests.filter(({ kind, spec }) => kind === 'NetworkPolicy' && JSON.stringify(spec.egress).includes('10.1.2.3/32'));

    expect(reaching.map(({ spec }) => spec.podSelector.matchLabels['app.kubernetes.io/component'])).toEqual(['promotion']);
  });

  test('a branch is main, records are in releases, and the server is anybody on 443 where nobody says otherwise', () => {
    const plain = ReleaseBranch.https('https://git.example.com/team/deployments.git', gitCredentials());
    const { template, manifests } = make({ release: ReleaseTarget.inferenceService('fraud', { through: plain }), platform });

    expect(template('release').container.args.slice(-4)).toEqual([
      '--git=https://git.example.com/team/deployments.git', '--git-branch=main', '--git-folder=releases', '--git-credentials=/etc/git-credentials',
    ]);
    expect(plain.branch).toBe('main');
    expect(manifests.filter(({ kind, spec }) => kind === 'NetworkPolicy' && JSON.stringify(spec.egress).includes('"port":443'))).not.toEqual([]);
  });
});

test('the report says how it ends, and whom it asks', () => {
  const notes = (overrides: Partial<ArgoTrainingPipelineProps>) =>
    collectFacts(make(overrides).chart).notes.find((note) => note.startsWith('fraud-detection is trained'));

  expect(notes({})).toBe('fraud-detection is trained by the WorkflowTemplate fraud-detection-training; what passes its gate becomes the challenger, '
    + 'which people release and promote; a person approves a version whose architecture is new');
  expect(notes({ highImpact: true, release: ReleaseTarget.rollout('fraud') })).toBe('fraud-detection is trained by the WorkflowTemplate fraud-detection-training; '
    + 'what passes its gate is released to rollout/fraud and promoted, or rejected; a person approves each version');
  const through = ReleaseBranch.https('https://git.example.com/team/deployments.git', gitCredentials());
  expect(notes({ release: ReleaseTarget.rollout('fraud', { through }) })).toContain(
    'is released to rollout/fraud through branch main of https://git.example.com/team/deployments.git and promoted, or rejected');
});
