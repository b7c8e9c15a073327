/** Where the steps of a training find what they share: the same paths in a Job, in a workflow and on a laptop. */
export const Workspace = {
  FOLDER: '/workspace',
  /** Folder that the training writes the model to. */
  MODEL: '/workspace/model',
  /** `{name: number}` in JSON, written by the training. */
  METRICS: '/workspace/metrics.json',
  /** What the architecture is, without weights; written by the training, and compared by its hash. */
  ARCHITECTURE: '/workspace/architecture.json',
  /** What the model was trained on, for drift checks: features and its answers. Written by the training, or not. */
  REFERENCE: '/workspace/reference',
  /** Where a step that takes a snapshot writes its name, `<kind>:<address>@<revision>`. */
  SNAPSHOT: '/workspace/data-snapshot',
  /** Folder of what the library hands to the steps. */
  SETTINGS: '/etc/training',
  SCHEMA: '/etc/training/feature-schema.json',
} as const;

/** What a training leaves behind. */
export interface TrainedFiles {
  readonly model: string;
  readonly metrics: string;
  readonly architecture: string;
  /** Left or not. */
  readonly reference: string;
}

/** Where the next steps find it, unless an engine carries it elsewhere. */
export const TRAINED: TrainedFiles = {
  model: Workspace.MODEL, metrics: Workspace.METRICS, architecture: Workspace.ARCHITECTURE, reference: Workspace.REFERENCE,
};
