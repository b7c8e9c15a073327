import { App, Chart } from 'cdk8s';
import { SecretRef, TrainingFramework, TrainJob, TrainJobProps } from '../../src';
import { ErrorCase } from '../support/error-case';
import { aProgram, trainJobProps } from '../support/training';

const VARIABLES = Object.fromEntries(Array.from({ length: 125 }, (_, i) => [`V${i}`, `${i}`]));

const REFUSED: [string, string, Partial<TrainJobProps>, string][] = [
  ['training/malformed-nodes', 'half a node', { nodes: 1.5 }, "'nodes' must be a whole number from 1 to 1000, got 1.5"],
  ['training/malformed-nodes', 'no node', { nodes: 0 }, "'nodes' must be a whole number from 1 to 1000, got 0"],
  ['training/malformed-nodes', 'a slip of the finger', { nodes: 2000 }, "'nodes' must be a whole number from 1 to 1000, got 2000"],
  ['training/malformed-storage-class', 'a class that cannot be', { sharedStorageClass: 'EFS' },
    "'sharedStorageClass' must be the name of a StorageClass: lower-case letters, digits, '-' and '.', got 'EFS'"],
  ['training/variable-of-the-framework', 'a rank of its own', { program: aProgram({ env: { PET_NODE_RANK: '0' } }) },
    "'PET_NODE_RANK' is what Kubeflow Trainer tells each node of a training with torch, so it cannot be set; take another name"],
  ['training/variable-of-the-framework', 'a tracker of its own',
    { framework: TrainingFramework.XGBOOST, program: aProgram({ secrets: { DMLC_TRACKER_URI: SecretRef.existing('tracker', 'uri') } }) },
    "'DMLC_TRACKER_URI' is what Kubeflow Trainer tells each node of a training with xgboost, so it cannot be set; take another name"],
  ['training/too-many-words', 'more hyperparameters than a TrainJob holds', { program: aProgram({ parameters: VARIABLES, train: ['torchrun', '--no-python', '--', './train'] }) },
    "'train' and 'parameters' must be at most 128 words together, which is what a TrainJob holds, got 129; put them in a file of the image"],
  ['training/too-many-variables', 'more variables than a TrainJob holds', { program: aProgram({ env: VARIABLES }) },
    "'env' and 'secrets' must be at most 128 variables together with those of the library, which is what a TrainJob holds, got 134"],
];

function make(overrides: Partial<TrainJobProps>): TrainJob {
  return new TrainJob(new Chart(new App(), 'fraud'), 'Training', trainJobProps(overrides));
}

export const cases: ErrorCase[] = [
  ...REFUSED.map(([id, when, overrides, message]): ErrorCase => ({ id, when, provoke: () => make(overrides), message: `[fraud/Training] ${message} (${id})` })),
  {
    id: 'training/malformed-retries',
    when: 'everything of a TrainJob is wrong',
    provoke: () => make({ retries: -1, nodes: 0, sharedStorageClass: '' }),
    message: [
      "[fraud/Training] 'retries' must be a whole number of at least 0, got -1 (training/malformed-retries)",
      "[fraud/Training] 'nodes' must be a whole number from 1 to 1000, got 0 (training/malformed-nodes)",
      "[fraud/Training] 'sharedStorageClass' must be the name of a StorageClass: lower-case letters, digits, '-' and '.', got '' (training/malformed-storage-class)",
    ].join('\n'),
  },
];
