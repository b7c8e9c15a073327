import { App, Chart, Duration, Testing } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import {
  Approval, Artifacts, Findings, Gpu, KubeflowTrainingPipelineProps, ModelRegistry, ReleaseBranch, ReleaseTarget, SecretRef, Tracking, TrainingData,
  TrainingPipeline,
} from '../../src';
import { collectFacts } from '../../src/private/facts';
import { objectOf } from '../support/manifests';
import { aProgram, COMMIT, gitCredentials, kubeflowProps, SNAPSHOT } from '../support/training';

const ROLLOUT = ReleaseTarget.rollout('fraud');

function make(overrides: Partial<KubeflowTrainingPipelineProps> = {}) {
  const chart = new Chart(new App(), 'fraud', { namespace: 'ml' });
  const pipeline = TrainingPipeline.kubeflow(chart, 'Pipeline', kubeflowProps(overrides));
  const [artifact] = Artifacts.of(chart).list();
  const [spec, platform] = parseAllDocuments(artifact.content).map((document) => document.toJS());
  return {
    chart,
    pipeline,
    artifact,
    spec,
    platform,
    manifests: Testing.synth(chart),
    tasks: spec.root.dag.tasks,
    containerOf: (step: string) => spec.deploymentSpec.executors[`exec-${step}`].container,
    podOf: (step: string) => platform.platforms.kubernetes.deploymentSpec.executors[`exec-${step}`],
    graphOf: (name: string) => spec.components[`comp-${name}`].dag.tasks,
  };
}

/** What comes before each task. */
const order = (tasks: any) => Object.fromEntries(Object.entries<any>(tasks).map(([name, { dependentTasks = [] }]) => [name, dependentTasks]));

test('data are snapshot and checked, a model is trained, tested, handed in and judged, one after another', () => {
  const { tasks, spec, artifact } = make({ release: ROLLOUT });

  expect(artifact.path).toBe('fraud/Pipeline/pipeline.yaml');
  expect([spec.schemaVersion, spec.pipelineInfo]).toEqual([
    '2.1.0', { name: 'fraud-detection-training', description: `fraud-detection at ${COMMIT}: checked, trained, judged, released` },
  ]);
  expect(order(tasks)).toEqual({
    'take-snapshot': [],
    'validate-data': ['take-snapshot'],
    'train': ['take-snapshot', 'validate-data'],
    'test-model': ['take-snapshot', 'train'],
    'register': ['take-snapshot', 'test-model', 'train'],
    'golden-set': [],
    'evaluate': ['golden-set', 'register'],
    'unfit': ['evaluate', 'register'],
    'fit': ['evaluate', 'register'],
  });
});

test('what the gate turned down is rejected, and the run has failed; what it let pass is tried on users', () => {
  const { tasks, graphOf } = make({ release: ROLLOUT });

  expect(tasks.unfit.triggerPolicy).toEqual({ condition: "inputs.parameter_values['verdict'] == 'failed'" });
  expect(tasks.fit.triggerPolicy).toEqual({
    condition: "inputs.parameter_values['verdict'] == 'passed' && inputs.parameter_values['approval'] == 'none'",
  });
  expect(order(graphOf('unfit'))).toEqual({ 'reject': [], 'end-as-failed': ['reject'] });
  expect(graphOf('unfit').reject.inputs.parameters.reason).toEqual({ runtimeValue: { constant: 'it did not pass its gate' } });
  expect(order(graphOf('fit'))).toEqual({ 'challenge': [], 'release': ['challenge'], 'serves': ['release'], 'sent-back': ['release'] });
  expect([graphOf('fit').serves, graphOf('fit')['sent-back']].map(({ triggerPolicy }) => triggerPolicy.condition)).toEqual([
    "inputs.parameter_values['verdict'] == 'passed'", "inputs.parameter_values['verdict'] == 'failed'",
  ]);
  expect(order(graphOf('serves'))).toEqual({ promote: [] });
  expect(graphOf('serves').promote.inputs.artifacts).toEqual({ gate_report: { componentInputArtifact: 'gate_report' } });
  expect(graphOf('sent-back').reject.inputs.parameters.reason).toEqual({ runtimeValue: { constant: 'its stages sent it back' } });
});

test('without a release the version becomes the challenger', () => {
  const { graphOf, spec } = make();

  expect(order(graphOf('fit'))).toEqual({ challenge: [] });
  expect(Object.keys(spec.components).filter((name) => /release|promote|serves|sent-back/.test(name))).toEqual([]);
});

test.each<[string, Partial<KubeflowTrainingPipelineProps>]>([
  ['whose versions a person approves', { release: ROLLOUT, approval: Approval.ALWAYS }],
  ['of high impact', { release: ROLLOUT, highImpact: true }],
])('a pipeline %s ends after the evaluation', (_, overrides) => {
  const { tasks, spec, chart } = make(overrides);

  expect(Object.keys(tasks).slice(-2)).toEqual(['evaluate', 'unfit']);
  expect(Object.keys(spec.components)).not.toContain('comp-fit');
  expect(collectFacts(chart).notes[1]).toBe(
    'fraud-detection is trained by the Kubeflow pipeline fraud-detection-training (fraud/Pipeline/pipeline.yaml); what passes its gate is released to ' +
    "rollout/fraud and promoted, or rejected; every version waits for 'mlops promote fraud-detection --canary --approved-by', as the run ends after its evaluation");
});

test('a program is told by its environment what changes from run to run, and finds what others left', () => {
  const { containerOf, spec } = make();
  const told = [
    "DATA_SNAPSHOT={{$.inputs.parameters['snapshot']}}", "DRIFTED_FEATURES={{$.inputs.parameters['drifted_features']}}",
    "RETRAIN_REASON={{$.inputs.parameters['reason']}}",
  ];

  expect(containerOf('take-snapshot').command).toEqual([
    'env', "DATA_SNAPSHOT_PATH={{$.outputs.parameters['snapshot'].output_file}}", 'python', 'scripts/snapshot.py',
  ]);
  expect(containerOf('validate-data').command).toEqual(['env', ...told, 'python', 'scripts/validate_features.py']);
  expect(containerOf('train').command).toEqual([
    'env', ...told, "MODEL_PATH={{$.outputs.artifacts['model'].path}}", "METRICS_PATH={{$.outputs.artifacts['metrics'].path}}",
    "ARCHITECTURE_PATH={{$.outputs.artifacts['architecture'].path}}", "REFERENCE_PATH={{$.outputs.artifacts['reference'].path}}",
    'python', 'training/train.py', '--eta=0.1', '--max_depth=6',
  ]);
  expect(containerOf('test-model').command).toEqual(['env', ...told, "MODEL_PATH={{$.inputs.artifacts['model'].path}}", 'python', '-m', 'pytest', 'tests/model/']);
  expect(Object.fromEntries(containerOf('train').env.map(({ name, value }: any) => [name, value]))).toEqual({
    HOME: '/tmp', MODEL_NAME: 'fraud-detection', GIT_COMMIT: COMMIT, FEATURE_SCHEMA_PATH: '/etc/training/feature-schema.json',
  });
  expect(Object.keys(spec.components['comp-train'].outputDefinitions.artifacts)).toEqual(['model', 'metrics', 'architecture', 'reference']);
});

test('the runtime registers, judges and moves as it does in Argo Workflows', () => {
  const { containerOf } = make({ release: ROLLOUT });
  const words = (step: string) => [...containerOf(step).command, ...containerOf(step).args ?? []];
  const version = "--version={{$.inputs.parameters['version']}}";
  const by = "--by={{$.inputs.parameters['run']}}";
  const report = "--gate-report={{$.inputs.artifacts['gate_report'].path}}";

  expect(words('register')).toEqual([
    'mlops', 'register', 'fraud-detection', "{{$.inputs.artifacts['model'].path}}", `--git-commit=${COMMIT}`, "--trained-by={{$.inputs.parameters['run']}}",
    '--parameter=eta=0.1', '--parameter=max_depth=6', "--metrics={{$.inputs.artifacts['metrics'].path}}",
    "--architecture={{$.inputs.artifacts['architecture'].path}}", "--reference={{$.inputs.artifacts['reference'].path}}", '--feature-schema=/etc/training/feature-schema.json',
    "--data={{$.inputs.parameters['snapshot']}}", "--version={{$.inputs.parameters['new_version']}}", "--version-file={{$.outputs.parameters['version'].output_file}}",
  ]);
  expect(words('evaluate')).toEqual([
    'mlops', 'verdict', "--file={{$.outputs.parameters['verdict'].output_file}}", '--', 'mlops', 'evaluate', 'fraud-detection', version,
    '--gates=/etc/training/quality_gates.yaml', "--golden-set={{$.inputs.artifacts['golden_set'].path}}", `--golden-set-sha256=${'d'.repeat(64)}`,
    "--json={{$.outputs.artifacts['gate_report'].path}}", "--approval-file={{$.outputs.parameters['approval'].output_file}}", '--', 'python', 'scripts/evaluate.py',
  ]);
  expect(words('challenge')).toEqual(['mlops', 'promote', 'fraud-detection', version, '--canary', report, '--approved-by=', by, '--without-record']);
  expect(words('release')).toEqual([
    'mlops', 'verdict', "--file={{$.outputs.parameters['verdict'].output_file}}", '--', 'mlops', 'release', 'fraud-detection', version,
    '--to=rollout/fraud', '--namespace=ml', '--within=21600',
  ]);
  expect(words('promote')).toEqual(['mlops', 'promote', 'fraud-detection', version, report, by, '--without-record']);
  expect(words('reject')).toEqual(['mlops', 'reject', 'fraud-detection', version, "--reason={{$.inputs.parameters['reason']}}", by, '--without-record']);
  expect(words('end-as-failed')).toEqual(['false']);
});

test('runs name themselves and their versions; where the registry counts, no version is named', () => {
  const { tasks } = make();
  const counted = make({ registry: ModelRegistry.fromMlflowUrl('http://mlflow.ml.svc:5000'), data: TrainingData.snapshot(SNAPSHOT) });

  expect(tasks.register.inputs.parameters).toMatchObject({
    run: { runtimeValue: { constant: '{{$.pipeline_job_resource_name}}' } }, new_version: { runtimeValue: { constant: '{{$.pipeline_job_uuid}}' } },
  });
  expect(counted.tasks.register.inputs.parameters).toEqual({
    run: { runtimeValue: { constant: '{{$.pipeline_job_resource_name}}' } }, snapshot: { runtimeValue: { constant: `${SNAPSHOT}` } },
  });
  expect(Object.keys(counted.tasks)).not.toContain('take-snapshot');
  expect(counted.containerOf('register').args.filter((argument: string) => argument.startsWith('--version='))).toEqual([]);
});

test('servers that do not answer are asked again; a program that fails fails again; nothing is taken from a cache', () => {
  const { tasks } = make();
  const retried = Object.entries<any>(tasks).filter(([, { retryPolicy }]) => retryPolicy).map(([name]) => name);

  expect(retried).toEqual(['register', 'evaluate']);
  expect(tasks.register.retryPolicy).toEqual({ maxRetryCount: 3, backoffDuration: '10s', backoffFactor: 2, backoffMaxDuration: '600s' });
  expect(Object.values<any>(tasks).map(({ cachingOptions }) => cachingOptions)).toEqual(Object.keys(tasks).map(() => ({})));
});

test('pods are nobody in particular, end in time, and read secrets and settings where they need them', () => {
  const { podOf, containerOf, manifests, platform } = make({
    release: ROLLOUT,
    program: aProgram({ tracking: Tracking.weightsAndBiases({ entity: 'acme', project: 'fraud', apiKey: SecretRef.existing('wandb', 'api-key') }) }),
  });
  const { metadata: { name }, data } = objectOf(manifests, 'ConfigMap');

  expect(podOf('train')).toEqual({
    imagePullPolicy: 'IfNotPresent',
    activeDeadlineSeconds: '21600',
    podMetadata: { labels: expect.objectContaining({ 'app.kubernetes.io/name': 'fraud-detection-pipeline', 'cdk8s-mlops.io/model': 'fraud-detection' }) },
    securityContext: { runAsUser: '65532', runAsGroup: '65532', runAsNonRoot: true },
    secretAsEnv: [{
      secretName: 'wandb',
      secretNameParameter: { runtimeValue: { constant: 'wandb' } },
      keyToEnv: [{ secretKey: 'api-key', envVar: 'WANDB_API_KEY' }],
      optional: false,
    }],
    configMapAsVolume: [{ configMapName: name, configMapNameParameter: { runtimeValue: { constant: name } }, mountPath: '/etc/training', optional: false }],
  });
  expect(Object.keys(data)).toEqual(['feature-schema.json', 'quality_gates.yaml']);
  expect(containerOf('train').resources).toEqual({ resourceCpuRequest: '4', resourceMemoryLimit: '8192Mi', resourceMemoryRequest: '8192Mi' });
  expect(podOf('release').activeDeadlineSeconds).toBe('22200');
  expect(platform.platforms.kubernetes.pipelineConfig).toEqual(
    { activeDeadlineSeconds: 43200, resourceTtlOnSuccess: 604800, resourceTtlOnFailure: 2592000 });
  expect(make({ deadline: Duration.hours(1) }).platform.platforms.kubernetes.pipelineConfig.activeDeadlineSeconds).toBe(3600);
});

test('devices are for training, tests and evaluation', () => {
  const { podOf, containerOf } = make({ gpu: Gpu.nvidia(2, { nodeLabels: { pool: 'gpu' } }) });
  const steps = ['validate-data', 'train', 'test-model', 'register', 'evaluate'];

  expect(steps.filter((step) => containerOf(step).resources.accelerator)).toEqual(['train', 'test-model', 'evaluate']);
  expect(containerOf('train').resources.accelerator).toEqual({ resourceType: 'nvidia.com/gpu', resourceCount: '2' });
  expect([podOf('train').tolerations, podOf('train').nodeSelector]).toEqual([
    [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }], { labels: { pool: 'gpu' } },
  ]);
  expect(make({ gpu: Gpu.nvidia(1) }).podOf('train').nodeSelector).toBeUndefined();
});

test('the golden set is fetched from where the gate keeps it', () => {
  const { spec } = make();

  expect(spec.deploymentSpec.executors['exec-golden-set'].importer).toEqual({
    artifactUri: { constant: 's3://acme-registry/reference/fraud-detection/golden.parquet' }, typeSchema: { schemaTitle: 'system.Dataset', schemaVersion: '0.0.1' }, reimport: true,
  });
});

test('one account runs all steps, with the rights of the launcher and of the moves, and no others', () => {
  const { manifests } = make({
    release: ROLLOUT,
    registry: ModelRegistry.fromMlflowUrl('http://mlflow.ml.svc:5000'),
    identity: { serviceAccountName: 'pipeline', serviceAccountAnnotations: {} },
  });
  const roles = manifests.filter(({ kind }) => kind === 'Role').flatMap(({ rules }) => rules.map(({ resources, resourceNames, verbs }: any) => [resources[0], resourceNames?.[0], ...verbs]));

  expect(objectOf(manifests, 'ServiceAccount')).toMatchObject({ metadata: { name: 'pipeline' }, automountServiceAccountToken: false });
  expect(roles).toEqual([
    ['workflowtaskresults', undefined, 'create', 'patch'],
    ['configmaps', 'kfp-launcher', 'get'],
    ['secrets', 'mlpipeline-minio-artifact', 'get'],
    ['pods', undefined, 'get'],
    ['leases', 'mlops-fraud-detection', 'get', 'update'],
    ['leases', undefined, 'create'],
    ['rollouts', 'fraud', 'get', 'patch'],
  ]);
  expect(objectOf(make().manifests, 'ServiceAccount').metadata.name).toBe('fraud-detection-pipeline');
});

test('steps reach what is named, the pods of Kubeflow, and the API server', () => {
  const { manifests } = make({ kubeflowNamespace: 'kfp' });
  const { podSelector, egress } = objectOf(manifests, 'NetworkPolicy').spec;

  expect(podSelector.matchLabels).toEqual({ 'app.kubernetes.io/name': 'fraud-detection-pipeline', 'app.kubernetes.io/component': 'training' });
  expect(egress.map(({ to, ports }: any) => [to?.[0].namespaceSelector?.matchLabels['kubernetes.io/metadata.name'], ...ports.map(({ port }: any) => port)])).toEqual([
    ['kube-system', 53, 53], [undefined, 443], ['kfp', 8080, 8333, 8887, 8888, 9000], [undefined, 443, 6443],
  ]);
});

test('a release through Git reads its user from one Secret', () => {
  const { podOf, containerOf, chart } = make({
    release: ReleaseTarget.rollout('fraud', { through: ReleaseBranch.https('https://git.example.com/team/deployments.git', gitCredentials()) }),
  });

  expect(podOf('release').secretAsVolume).toEqual([
    { secretName: 'git', secretNameParameter: { runtimeValue: { constant: 'git' } }, mountPath: '/etc/git-credentials', optional: false },
  ]);
  expect(podOf('promote').secretAsVolume).toBeUndefined();
  expect(containerOf('release').args.slice(-4)).toEqual([
    '--git=https://git.example.com/team/deployments.git', '--git-branch=main', '--git-folder=releases', '--git-credentials=/etc/git-credentials',
  ]);
  expect(collectFacts(chart).notes.join('\n')).toContain('is released to rollout/fraud through branch main of https://git.example.com/team/deployments.git and promoted');
});

test.each<[string, Partial<KubeflowTrainingPipelineProps>]>([
  ['that releases', { release: ROLLOUT }],
  ['that asks a person', { approval: Approval.ALWAYS }],
  ['without snapshot and tests', { data: TrainingData.snapshot(SNAPSHOT), program: aProgram({ testModel: undefined }) }],
])('in a pipeline %s every name leads somewhere, and nothing is asked for that nobody gives', (_, overrides) => {
  const { spec, platform } = make(overrides);
  const components: [string, any][] = [['root', spec.root], ...Object.entries<any>(spec.components)];
  const named = (definitions: any = {}) => [...Object.keys(definitions.parameters ?? {}), ...Object.keys(definitions.artifacts ?? {})];

  const graphs = components.filter(([, { dag }]) => dag);
  const wrong = graphs.flatMap(([name, { dag: { tasks }, inputDefinitions }]) => Object.entries<any>(tasks).flatMap(([id, task]) => {
    const runs = spec.components[task.componentRef.name];
    const given = { ...task.inputs?.parameters, ...task.inputs?.artifacts };
    const left = (by: string) => named(spec.components[tasks[by]?.componentRef.name]?.outputDefinitions);
    return [
      ...named(runs?.inputDefinitions).filter((input) => !(input in given)).map((input) => `${name}/${id} lacks ${input}`),
      ...Object.keys(given).filter((input) => !named(runs?.inputDefinitions).includes(input)).map((input) => `${name}/${id} does not know ${input}`),
      ...Object.values<any>(given).flatMap(({ componentInputParameter, componentInputArtifact }) => [componentInputParameter, componentInputArtifact])
        .filter((input) => input !== undefined && !named(inputDefinitions).includes(input)).map((input) => `${name} has no ${input}`),
      ...Object.values<any>(given).map(({ taskOutputParameter, taskOutputArtifact }) => taskOutputParameter ?? taskOutputArtifact)
        .filter((output) => output && !left(output.producerTask).includes(output.outputParameterKey ?? output.outputArtifactKey))
        .map((output) => `${name}/${output.producerTask} does not leave what ${id} takes`),
      ...(task.dependentTasks ?? []).filter((before: string) => !(before in tasks)).map((before: string) => `${name} has no task ${before}`),
      ...[...(task.triggerPolicy?.condition ?? '').matchAll(/parameter_values\['(\w+)'\]/g)].map(([, input]) => input).filter((input) => !(input in given))
        .map((input) => `${name}/${id} decides by ${input}`),
    ];
  }));

  expect(wrong).toEqual([]);
  const labels = Object.values<any>(spec.components).flatMap(({ executorLabel }) => executorLabel ?? []);
  expect(labels.sort()).toEqual(Object.keys(spec.deploymentSpec.executors).sort());
  expect(Object.keys(platform.platforms.kubernetes.deploymentSpec.executors).sort()).toEqual(
    Object.keys(spec.deploymentSpec.executors).filter((name) => name !== 'exec-golden-set').sort());
});

test('steps name only what they get and leave', () => {
  const { spec } = make({ release: ROLLOUT });
  const components = Object.entries<any>(spec.components).filter(([, { executorLabel }]) => executorLabel);
  const wrong = components.flatMap(([name, { executorLabel, inputDefinitions, outputDefinitions }]) => {
    const words = JSON.stringify(spec.deploymentSpec.executors[executorLabel].container ?? {});
    const places = [...words.matchAll(/\{\{\$\.(inputs|outputs)\.(parameters|artifacts)\['(\w+)'\]/g)];
    return places.filter(([, side, kind, key]) => !((side === 'inputs' ? inputDefinitions : outputDefinitions)?.[kind] ?? {})[key]).map(([place]) => `${name}: ${place}`);
  });

  expect(wrong).toEqual([]);
});

test('drift starts a run that brings the reviewed spec along, by a token for Kubeflow alone', () => {
  const { pipeline, spec, platform } = make();

  expect(pipeline.toTrigger({ model: 'fraud-detection' })).toEqual({
    apiVersion: 'pipelines.kubeflow.org/v2beta1',
    resource: 'runs',
    manifest: {
      pipeline_spec: { pipeline_spec: spec, platform_spec: platform },
      runtime_config: { parameters: { drifted_features: '[]', reason: '' } },
      service_account: 'fraud-detection-pipeline',
    },
    driftedFeaturesParameter: 'drifted_features',
    reasonParameter: 'reason',
    server: {
      url: 'http://ml-pipeline.kubeflow.svc:8888', audience: 'pipelines.kubeflow.org', namespace: 'ml', experiment: 'fraud-detection-training', peer: expect.anything(),
    },
  });
});

test.each([
  ['https://kubeflow.example.com/pipeline/', 'https://kubeflow.example.com/pipeline', 443],
  ['http://ml-pipeline.kubeflow.svc', 'http://ml-pipeline.kubeflow.svc', 80],
])('an API at %s is reached on its port', (apiUrl, url, port) => {
  const { server } = make({ apiUrl, apiAudience: 'kfp' }).pipeline.toTrigger({ model: 'fraud-detection' });

  expect([server!.url, server!.audience, server!.peer._toPorts()]).toEqual([url, 'kfp', [port]]);
});

test('a pipeline without tests says so', () => {
  const { chart } = make({ program: aProgram({ testModel: undefined }) });

  expect(Findings.of(chart).list().map(({ ruleId }) => ruleId)).toEqual(['training/no-model-tests']);
});
