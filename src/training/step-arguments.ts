import { stringify } from 'yaml';
import { TrainingPipelineProps } from './training-pipeline-props';
import { TrainedFiles, Workspace } from './workspace';

/** What the steps of a pipeline are told, in the words of the engine that runs them: values, or what stands for them. */
export interface StepWords extends TrainedFiles {
  /** Name of the run. */
  readonly run: string;
  readonly namespace: string;
  readonly snapshot: string;
  readonly version: string;
  /** Version of the candidate, where the registry does not count. */
  readonly newVersion: string;
  readonly approvedBy: string;
  readonly reason: string;
  /** File that registration writes the version to. */
  readonly versionFile: string;
  readonly goldenSet: string;
  readonly report: string;
  /** File that says whether a person has to approve. */
  readonly approvalFile: string;
}

/** Where a step that releases finds the user of a branch. */
export const GIT_CREDENTIALS = '/etc/git-credentials';

const GATES = 'quality_gates.yaml';

/** Files of the ConfigMap that the steps read. */
export function pipelineSettings({ gate, program: { featureSchema } }: TrainingPipelineProps): { [file: string]: string } {
  return {
    [GATES]: stringify({ metrics: Object.fromEntries(gate.gates.map(({ metric, ...rule }) => [metric, rule])) }),
    ...featureSchema ? { 'feature-schema.json': featureSchema.content } : {},
  };
}

/** Arguments of `mlops register`. */
export function registerArguments({ program, registry }: TrainingPipelineProps, words: StepWords): string[] {
  return [
    ...program._registration(words.run, words),
    `--data=${words.snapshot}`,
    ...registry.countsVersions ? [] : [`--version=${words.newVersion}`],
    `--version-file=${words.versionFile}`,
  ];
}

/** Arguments of `mlops evaluate`. */
export function evaluateArguments({ gate, evaluator }: TrainingPipelineProps, words: StepWords): string[] {
  return [
    gate.gatedModel,
    `--version=${words.version}`,
    `--gates=${Workspace.SETTINGS}/${GATES}`,
    `--golden-set=${words.goldenSet}`,
    `--golden-set-sha256=${gate.goldenSetSha256}`,
    `--json=${words.report}`,
    `--approval-file=${words.approvalFile}`,
    '--',
    ...evaluator,
  ];
}

/** Arguments of `mlops promote` that make a version the challenger. */
export function challengeArguments(props: TrainingPipelineProps, words: StepWords): string[] {
  return moving(props, words, ['--canary', `--gate-report=${words.report}`, `--approved-by=${words.approvedBy}`]);
}

/** Arguments of `mlops promote` that make a version the champion. */
export function promoteArguments(props: TrainingPipelineProps, words: StepWords): string[] {
  return moving(props, words, [`--gate-report=${words.report}`]);
}

/** Arguments of `mlops reject`. */
export function rejectArguments(props: TrainingPipelineProps, words: StepWords): string[] {
  return moving(props, words, [`--reason=${words.reason}`]);
}

/** Arguments of `mlops release`. */
export function releaseArguments({ program, release }: TrainingPipelineProps, words: StepWords): string[] {
  return [program.modelName, `--version=${words.version}`, ...release!._arguments(words.namespace, GIT_CREDENTIALS)];
}

function moving({ program }: TrainingPipelineProps, { version, run }: StepWords, args: string[]): string[] {
  return [program.modelName, `--version=${version}`, ...args, `--by=${run}`, '--without-record'];
}
