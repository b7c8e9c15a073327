import { TrainJobProps, TrainingFramework } from './train-job-props';
import { InputProblems } from '../../private/input-error';
import { isSubdomain } from '../../private/kubernetes-names';
import { TRAIN } from '../program-step';

/** Variables that Kubeflow Trainer gives; it refuses, or overwrites, those of others. */
const RESERVED: { [framework in TrainingFramework]: string[] } = {
  [TrainingFramework.TORCH]: ['PET_NNODES', 'PET_NPROC_PER_NODE', 'PET_NODE_RANK', 'PET_MASTER_ADDR', 'PET_MASTER_PORT'],
  [TrainingFramework.JAX]: ['JAX_NUM_PROCESSES', 'JAX_PROCESS_ID', 'JAX_COORDINATOR_ADDRESS'],
  [TrainingFramework.XGBOOST]: ['DMLC_TRACKER_URI', 'DMLC_TRACKER_PORT', 'DMLC_TASK_ID', 'DMLC_NUM_WORKER'],
};
/** The most words of a command, and variables, that a TrainJob holds. */
const MOST = 128;

/** Adds what Kubeflow Trainer would refuse. */
export function findTrainJobProblems(problems: InputProblems, props: TrainJobProps): void {
  const { program, nodes, sharedStorageClass, framework = TrainingFramework.TORCH } = props;
  const variables = Object.keys({ ...program._environment(''), ...program._secrets });
  const words = program._steps.find(({ name }) => name === TRAIN)!.command.length;
  if (!Number.isInteger(nodes) || nodes < 1 || nodes > 1000) {
    problems.add('training/malformed-nodes', `'nodes' must be a whole number from 1 to 1000, got ${nodes}`);
  }
  if (!isSubdomain(sharedStorageClass)) {
    problems.add('training/malformed-storage-class',
      `'sharedStorageClass' must be the name of a StorageClass: lower-case letters, digits, '-' and '.', got '${sharedStorageClass}'`);
  }
  for (const name of RESERVED[framework].filter((reserved) => variables.includes(reserved))) {
    problems.add('training/variable-of-the-framework',
      `'${name}' is what Kubeflow Trainer tells each node of a training with ${framework}, so it cannot be set; take another name`);
  }
  if (words > MOST) {
    problems.add('training/too-many-words', `'train' and 'parameters' must be at most ${MOST} words together, which is what a TrainJob holds, got ${words}; put them in a file of the image`);
  }
  if (variables.length > MOST) {
    problems.add('training/too-many-variables', `'env' and 'secrets' must be at most ${MOST} variables together with those of the library, which is what a TrainJob holds, got ${variables.length}`);
  }
}
