import { mkdtempSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App, Chart, Duration } from 'cdk8s';
import { FeatureSchema, GoldenSet, ImageRef, QualityGates, TrainingJob, TrainingJobProps, TrainingPipeline } from '../../src';
import { ErrorCase } from '../support/error-case';
import { aProgram, trainingProps } from '../support/training';

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
  ['training/no-feature-schema', undefined, "the feature schema 'features.json' cannot be read; give the path of the file that training and serving share (training/no-feature-schema)"],
  ['training/malformed-feature-schema', '[]', "the feature schema 'features.json' must hold a JSON object, got something else (training/malformed-feature-schema)"],
  ['training/malformed-feature-schema', '{', "the feature schema 'features.json' must hold a JSON object, got something else (training/malformed-feature-schema)"],
  ['training/large-feature-schema', JSON.stringify({ note: 'x'.repeat(900_000) }),
    "the feature schema 'features.json' must have at most 900000 bytes, which a ConfigMap holds, got 900011; keep data out of it (training/large-feature-schema)"],
];

function schema(text: string | undefined): FeatureSchema {
  return inFolder('features.json', text, (file) => FeatureSchema.fromFile(file));
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
];
