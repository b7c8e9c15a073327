import { mkdtempSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { GoldenSet, QualityGates, TrainingPipeline } from '../../src';
import { ErrorCase } from '../support/error-case';

const outside = process.cwd();

/** Reads gates from a file named `gates.yaml` in a folder of its own, so that messages name no folder. */
function gates(text: string | undefined): QualityGates {
  process.chdir(mkdtempSync(join(tmpdir(), 'gates-')));
  try {
    if (text !== undefined) {writeFileSync('gates.yaml', text);}
    return QualityGates.fromFile('gates.yaml');
  } finally {
    process.chdir(outside);
  }
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
];
