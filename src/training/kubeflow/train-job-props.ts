import { TrainingJobProps } from '../training-job-props';

/** What connects the processes of a training on several nodes. */
export enum TrainingFramework {
  /** PyTorch: `torchrun` reads the number of nodes, its rank and the address of the first one from its environment. */
  TORCH = 'torch',
  /** JAX: `jax.distributed.initialize()` is told by `JAX_COORDINATOR_ADDRESS`, `JAX_NUM_PROCESSES` and `JAX_PROCESS_ID`. */
  JAX = 'jax',
  /** XGBoost: the first node runs the tracker, whose address is in `DMLC_TRACKER_URI`. */
  XGBOOST = 'xgboost',
}

/** Properties of `TrainJob`. */
export interface TrainJobProps extends TrainingJobProps {
  /** Number of nodes that train together. */
  readonly nodes: number;
  /**
   * Class of a volume that several nodes can write to at once (`ReadWriteMany`), such as one of EFS, Filestore or CephFS. The first node leaves the
   * model there, and tests and registration find it.
   */
  readonly sharedStorageClass: string;
  /**
   * What connects the processes.
   *
   * @default TrainingFramework.TORCH
   */
  readonly framework?: TrainingFramework;
}
