import { mkdtempSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App, Chart, Duration } from 'cdk8s';
import {
  ArgoTrainingPipeline, ArgoTrainingPipelineProps, ArtifactStore, FeatureSchema, Findings, GitOps, GoldenSet, ImageRef, MetricsBackend,
  PlatformProfile, QualityGates, ReleaseBranch, ReleaseBranchOptions, ReleaseTarget, SecretRef, TrainingData, TrainingJob, TrainingJobProps,
  TrainingPipeline,
} from '../../src';
import { aGate } from '../support/drift';
import { ErrorCase } from '../support/error-case';
import { aProgram, gitCredentials, IMAGE, pipelineProps, someResources, trainingProps } from '../support/training';

const outside = process.cwd();

/** Reads a file in a folder of its own, so that messages name no folder. */
function inFolder<T>(file: string, text: string | undefined, read: (file: string) => T): T {
  process.chdir(mkdtempSync(join(tmpdir(), 'training-')));
  try {
    if (text !== undefined) {writeFileSync(file, text);}
    return read(file);
  } finally {
    process.chdir(outside);
  }
}

function gates(text: string | undefined): QualityGates {
  return inFolder('gates.yaml', text, (file) => QualityGates.fromFile(file));
}

const FILES: [string, string | undefined, string][] = [
  ['training/no-quality-gates', undefined, "the quality gates 'gates.yaml' cannot be read; write down what a version must reach, beginning with 'metrics:' (training/no-quality-gates)"],
  ['training/malformed-quality-gates', 'metrics: [', "'gates.yaml' must be YAML (Flow sequence in block collection must be sufficiently indented and end with a ] at line 1, column 11:) (training/malformed-quality-gates)"],
  ['training/no-gate', 'metrics: {}', "'gates.yaml' must name at least one number under 'metrics', got none; a gate that asks nothing passes everything (training/no-gate)"],
  ['training/empty-gate', 'metrics: { accuracy: 0.9 }', "'accuracy' of 'gates.yaml' must have 'minimum', 'maximum' or 'comparison', got none (training/empty-gate)"],
  ['training/unknown-gate-key', 'metrics: { accuracy: { min: 0.9 } }', "'accuracy' of 'gates.yaml' must have 'minimum', 'maximum' or 'comparison', got 'min' (training/unknown-gate-key)"],
  ['training/malformed-bound', 'metrics: { accuracy: { minimum: high } }', "the bounds of 'accuracy' of 'gates.yaml' must be numbers, got 'high' (training/malformed-bound)"],
  ['training/empty-range', 'metrics: { accuracy: { minimum: 2, maximum: 1 } }', "'accuracy' of 'gates.yaml' must have a 'minimum' that is not above its 'maximum', got 2 and 1 (training/empty-range)"],
  ['training/unknown-comparison', 'metrics: { accuracy: { comparison: gt } }', "'comparison' of 'accuracy' of 'gates.yaml' must be 'gte' or 'lte', got 'gt' (training/unknown-comparison)"],
];

const SCHEMAS: [string, string | undefined, string][] = [
  ['feature-schema/unreadable', undefined, "the feature schema 'features.json' cannot be read; give the path of the file that training and serving share (feature-schema/unreadable)"],
  ['feature-schema/malformed', '[]', "the feature schema 'features.json' must hold a JSON object, got something else (feature-schema/malformed)"],
  ['feature-schema/malformed', '{', "the feature schema 'features.json' must hold a JSON object, got something else (feature-schema/malformed)"],
  ['feature-schema/too-large', JSON.stringify({ note: 'x'.repeat(100_000) }),
    "the feature schema 'features.json' must have at most 100000 bytes, which fit into annotations of pods, got 100011; keep data out of it (feature-schema/too-large)"],
];

function schema(text: string | undefined): FeatureSchema {
  return inFolder('features.json', text, (file) => FeatureSchema.fromFile(file));
}

const PIPELINES: [string, string, Partial<ArgoTrainingPipelineProps>, string][] = [
  ['training/pipeline-without-gate', 'a pipeline without a gate', { gate: undefined }, "'gate' must say what a version has to pass before it serves, got none; add an EvaluationGate"],
  ['training/gate-of-another-model', 'the gate of another model', { gate: aGate('churn') },
    "the gate judges 'churn', but 'fraud-detection' is trained; give the gate of that model"],
  ['training/no-evaluator', 'a gate that nobody measures for', { evaluator: [] }, "'evaluator' must name the program that measures a model on the golden set, got none"],
  ['training/unpinned-evaluation-image', 'a judge that is another tomorrow', { evaluationImage: ImageRef.unpinned('registry.example.com/evaluation:1') },
    "the image of the evaluation must be given by digest, got 'registry.example.com/evaluation:1'; another one is another judge"],
  ['schedule/six-fields', 'a schedule of Kubeflow', { schedule: '0 0 3 * * 1' },
    "'schedule' must have five fields, minutes first, got six: '0 0 3 * * 1'; leave out the seconds, which only Kubeflow Pipelines reads"],
  ['schedule/time-zone', 'the time zone of whoever asks', { timeZone: 'Local' }, "'timeZone' must be a time zone such as 'Europe/Berlin', got 'Local'"],
  ['training/no-deadline', 'a pipeline that may take no time', { deadline: Duration.seconds(0) },
    "'deadline' must be longer than nothing, got 0 s; a training that hangs keeps its resources otherwise"],
  ['training/release-under-git-ops', 'a release that Argo CD takes back',
    { release: ReleaseTarget.rollout('fraud'), platform: PlatformProfile.of({ metrics: MetricsBackend.none('a test'), gitOps: GitOps.argoCd() }) },
    "'release' changes the pod template of rollout/fraud in the cluster, which the GitOps controller changes back; give it the branch of the records with 'through', or leave 'release' out"],
];

const REPOSITORY = 'https://git.example.com/team/deployments.git';
const BRANCHES: [string, string, string, Partial<ReleaseBranchOptions>, string][] = [
  ['training/malformed-repository', 'an address of ssh', 'git@git.example.com:team/deployments.git', {},
    "the repository must look like 'https://git.example.com/team/deployments.git', got 'git@git.example.com:team/deployments.git'; credentials are secrets of their own"],
  ['training/malformed-repository', 'a token in the address', 'https://mlops:token@git.example.com/team/deployments.git', {},
    "the repository must look like 'https://git.example.com/team/deployments.git', got 'https://…@git.example.com/team/deployments.git'; credentials are secrets of their own"],
  ['training/malformed-branch', 'a branch that Git refuses', REPOSITORY, { branch: 'releases/' }, "'branch' must be the name of a branch such as 'main', got 'releases/'"],
  ['training/malformed-records-folder', 'a folder outside the repository', REPOSITORY, { folder: '../releases' },
    "'folder' must be a folder inside the repository, such as 'releases', got '../releases'"],
  ['training/malformed-author', 'an author without an address', REPOSITORY, { author: 'mlops' }, "'author' must look like 'mlops <mlops@example.com>', got 'mlops'"],
];

function pipeline(overrides: Partial<ArgoTrainingPipelineProps>): ArgoTrainingPipeline {
  return new ArgoTrainingPipeline(new Chart(new App(), 'fraud', { namespace: 'ml' }), 'Pipeline', pipelineProps(overrides));
}

function job(overrides: Partial<TrainingJobProps>): TrainingJob {
  return new TrainingJob(new Chart(new App(), 'fraud'), 'Training', trainingProps(overrides));
}

export const cases: ErrorCase[] = [
  ...FILES.map(([id, text, message]): ErrorCase => ({ id, when: 'quality gates of a file', provoke: () => gates(text), message })),
  {
    id: 'training/golden-set-hash',
    when: 'a golden set that may be another tomorrow',
    provoke: () => GoldenSet.fromS3Uri('s3://acme/golden.parquet', 'latest'),
    message: "'sha256' of the golden set 's3://acme/golden.parquet' must be 64 hex digits, got 'latest' (training/golden-set-hash)",
  },
  {
    id: 'training/nothing-to-go-back',
    when: 'a way back for a pipeline that releases to nothing',
    provoke: () => {
      const chart = new Chart(new App(), 'fraud', { namespace: 'ml' });
      return TrainingPipeline.argoWorkflow(chart, 'Pipeline', pipelineProps()).addRollback();
    },
    message: "[fraud/Pipeline] the pipeline of 'fraud-detection' releases to nothing that could be pointed back; "
      + "give it 'release', or go back as the object that serves does (training/nothing-to-go-back)",
  },
  {
    id: 'training/malformed-name',
    when: 'names that Kubernetes refuses',
    provoke: () => TrainingPipeline.fromWorkflowTemplateName('Train', { serviceAccountName: 'a b' }),
    message: [
      "'templateName' must be lower-case letters, digits, '-' and '.', got 'Train' (training/malformed-name)",
      "'serviceAccountName' must be lower-case letters, digits, '-' and '.', got 'a b' (training/malformed-name)",
    ].join('\n'),
  },
  {
    id: 'training/unpinned-image',
    when: 'an image that may be another tomorrow',
    provoke: () => aProgram({ image: ImageRef.unpinned('registry.example.com/fraud/training:latest') }),
    message: "the image of a training must be given by digest, got 'registry.example.com/fraud/training:latest'; nobody could repeat it otherwise (training/unpinned-image)",
  },
  {
    id: 'training/moving-commit',
    when: 'a branch in place of a commit',
    provoke: () => aProgram({ gitCommit: 'main' }),
    message: "'gitCommit' of a training must be a commit id or a tag, got 'main', which names something else tomorrow; take the output of 'git rev-parse main' (training/moving-commit)",
  },
  {
    id: 'training/no-command',
    when: 'steps without a program',
    provoke: () => aProgram({ validateData: [], testModel: [' '] }),
    message: [
      "'validateData' must name a program of the image, got none (training/no-command)",
      "'testModel' must name a program of the image, got none (training/no-command)",
    ].join('\n'),
  },
  {
    id: 'training/malformed-parameter',
    when: 'a hyperparameter that is no argument',
    provoke: () => aProgram({ parameters: { 'max depth': '6' } }),
    message: "'parameters' must have names of letters, digits, '-', '_' and '.', as they become arguments, got 'max depth' (training/malformed-parameter)",
  },
  {
    id: 'training/reserved-variable',
    when: 'variables that the library sets',
    provoke: () => aProgram({ env: { MODEL_PATH: '/model' } }),
    message: "'MODEL_PATH' is what the library tells the program, so it cannot be set; take another name (training/reserved-variable)",
  },
  ...SCHEMAS.map(([id, text, message]): ErrorCase => ({ id, when: 'a schema file', provoke: () => schema(text), message })),
  {
    id: 'training/malformed-retries',
    when: 'half a retry',
    provoke: () => job({ retries: 0.5 }),
    message: "[fraud/Training] 'retries' must be a whole number of at least 0, got 0.5 (training/malformed-retries)",
  },
  {
    id: 'training/no-deadline',
    when: 'a training that may take no time',
    provoke: () => job({ deadline: Duration.seconds(0) }),
    message: "[fraud/Training] 'deadline' must be longer than nothing, got 0 s; a training that hangs keeps its resources otherwise (training/no-deadline)",
  },
  {
    id: 'training/half-a-key',
    when: 'one key of two',
    provoke: () => ArtifactStore.s3('s3://acme-runs/fraud', { secretAccessKey: SecretRef.existing('keys', 'secret') }),
    message: "'accessKeyId' and 'secretAccessKey' belong together, got only 'secretAccessKey'; leave both out where pods have an identity of the cloud (training/half-a-key)",
  },
  {
    id: 'training/unpinned-snapshot-image',
    when: 'a snapshot taken by whatever is there',
    provoke: () => TrainingData.takenBy({ image: ImageRef.unpinned('registry.example.com/snapshot:1'), command: ['snapshot'], resources: someResources() }),
    message: "the image that takes a snapshot must be given by digest, got 'registry.example.com/snapshot:1' (training/unpinned-snapshot-image)",
  },
  {
    id: 'training/no-snapshot-command',
    when: 'a snapshot taken by nobody',
    provoke: () => TrainingData.takenBy({ image: IMAGE, command: [], resources: someResources() }),
    message: "'command' must name the program that takes a snapshot, got none (training/no-snapshot-command)",
  },
  {
    id: 'training/malformed-target',
    when: 'names of what is released to that Kubernetes refuses',
    provoke: () => ReleaseTarget.rollout('Fraud'),
    message: "the name of what is released to must be lower-case letters, digits, '-' and '.', got 'Fraud' (training/malformed-target)",
  },
  {
    id: 'training/malformed-target-namespace',
    when: 'a namespace of what is released to that Kubernetes refuses',
    provoke: () => ReleaseTarget.rollout('fraud', { namespace: 'ML' }),
    message: "'namespace' must be at most 63 lower-case letters, digits and '-', got 'ML' (training/malformed-target-namespace)",
  },
  {
    id: 'training/no-time-to-release',
    when: 'stages without time',
    provoke: () => ReleaseTarget.inferenceService('fraud', { within: Duration.seconds(30) }),
    message: "'within' must be at least a minute, got 30 seconds; it has to outlast every stage (training/no-time-to-release)",
  },
  ...BRANCHES.map(([id, when, url, options, message]): ErrorCase => ({
    id, when, provoke: () => ReleaseBranch.https(url, { ...gitCredentials(), ...options }), message: `${message} (${id})`,
  })),
  ...PIPELINES.map(([id, when, overrides, message]): ErrorCase => ({ id, when, provoke: () => pipeline(overrides), message: `[fraud/Pipeline] ${message} (${id})` })),
  {
    id: 'training/no-namespace',
    when: 'a pipeline whose namespace is decided later',
    provoke: () => new ArgoTrainingPipeline(new Chart(new App(), 'fraud'), 'Pipeline', pipelineProps()),
    message: "[fraud/Pipeline] the chart must have a 'namespace' where the pipeline runs, got none: rights are given to accounts of a namespace (training/no-namespace)",
  },
  {
    id: 'training/pipeline-of-another-model',
    when: 'a drift that another pipeline should answer',
    provoke: () => pipeline({}).toTrigger({ model: 'churn' }),
    message: "this pipeline trains 'fraud-detection', and it is 'churn' that would be trained; give the pipeline of that model (training/pipeline-of-another-model)",
  },
  {
    id: 'training/no-model-tests',
    when: 'a model that nothing tests',
    provoke: () => Findings.of(pipeline({ program: aProgram({ testModel: undefined }) })).list(),
    message: "[fraud/Pipeline] nothing tests what 'fraud-detection' does with empty, extreme and missing input before it is judged by its numbers; give 'testModel' of the program (training/no-model-tests)",
  },
];
