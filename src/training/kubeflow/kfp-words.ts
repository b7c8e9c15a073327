import { StepWords } from '../step-arguments';
import { Workspace } from '../workspace';

/** Name of an input or output, as Kubeflow Pipelines calls it: an identifier of Python. */
export const Name = {
  DRIFTED_FEATURES: 'drifted_features',
  REASON: 'reason',
  SNAPSHOT: 'snapshot',
  RUN: 'run',
  NEW_VERSION: 'new_version',
  VERSION: 'version',
  VERDICT: 'verdict',
  APPROVAL: 'approval',
  MODEL: 'model',
  METRICS: 'metrics',
  ARCHITECTURE: 'architecture',
  REFERENCE: 'reference',
  GOLDEN_SET: 'golden_set',
  GATE_REPORT: 'gate_report',
} as const;

/** What the launcher of a step puts in place of these, in its command and arguments only. */
export const inputParameter = (name: string): string => `{{$.inputs.parameters['${name}']}}`;
export const inputFile = (name: string): string => `{{$.inputs.artifacts['${name}'].path}}`;
export const outputParameter = (name: string): string => `{{$.outputs.parameters['${name}'].output_file}}`;
export const outputFile = (name: string): string => `{{$.outputs.artifacts['${name}'].path}}`;

/** What the driver puts in place of these, where they are the whole value of an input. */
export const RUN_NAME = '{{$.pipeline_job_resource_name}}';
export const RUN_ID = '{{$.pipeline_job_uuid}}';

/** What steps are told, in the words of Kubeflow Pipelines. */
export function kfpWords(namespace: string): StepWords {
  return {
    run: inputParameter(Name.RUN),
    namespace,
    snapshot: inputParameter(Name.SNAPSHOT),
    version: inputParameter(Name.VERSION),
    newVersion: inputParameter(Name.NEW_VERSION),
    // nobody is asked within a run
    approvedBy: '',
    reason: inputParameter(Name.REASON),
    versionFile: outputParameter(Name.VERSION),
    model: inputFile(Name.MODEL),
    metrics: inputFile(Name.METRICS),
    architecture: inputFile(Name.ARCHITECTURE),
    reference: inputFile(Name.REFERENCE),
    goldenSet: inputFile(Name.GOLDEN_SET),
    approvalFile: outputParameter(Name.APPROVAL),
    report: inputFile(Name.GATE_REPORT),
  };
}

/** Where steps that follow find what a program left, and the program's own variables of it. */
export const LEFT: { [variable: string]: string } = {
  MODEL_PATH: Name.MODEL, METRICS_PATH: Name.METRICS, ARCHITECTURE_PATH: Name.ARCHITECTURE, REFERENCE_PATH: Name.REFERENCE,
};

export const SETTINGS_FOLDER = Workspace.SETTINGS;
