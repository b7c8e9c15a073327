import { RetrainCause } from './pipeline';
import { TrainingPipelineProps } from './training-pipeline-props';
import { checkOwner } from '../core/owner-rules';
import { InputError, InputProblems } from '../private/input-error';
import { wholeSeconds } from '../private/whole-units';

/** Adds everything that is wrong with a pipeline. */
export function findPipelineProblems(problems: InputProblems, props: TrainingPipelineProps, namespace: string | undefined): void {
  const { program, gate, evaluator, release, platform } = props;
  checkOwner(props.owner, problems);
  if (!gate) {
    problems.add('training/pipeline-without-gate', "'gate' must say what a version has to pass before it serves, got none; add an EvaluationGate");
  } else if (gate.gatedModel !== program.modelName) {
    problems.add('training/gate-of-another-model',
      `the gate judges '${gate.gatedModel}', but '${program.modelName}' is trained; give the gate of that model`);
  }
  if (namespace === undefined) {
    problems.add('training/no-namespace', "the chart must have a 'namespace' where the pipeline runs, got none: rights are given to accounts of a namespace");
  }
  if (evaluator.length === 0) {
    problems.add('training/no-evaluator', "'evaluator' must name the program that measures a model on the golden set, got none");
  }
  if (props.evaluationImage === undefined) {problems.attempt(() => props.runtime.full);}
  if (props.evaluationImage?.isPinned === false) {
    problems.add('training/unpinned-evaluation-image', `the image of the evaluation must be given by digest, got '${props.evaluationImage.uri}'; another one is another judge`);
  }
  if (wholeSeconds(props.deadline).toSeconds() < 1) {
    problems.add('training/no-deadline', "'deadline' must be longer than nothing, got 0 s; a training that hangs keeps its resources otherwise");
  }
  if (release && !release.through && platform.gitOps.controller !== 'none') {
    problems.add('training/release-under-git-ops',
      `'release' changes the pod template of ${release} in the cluster, which the GitOps controller changes back; give it the branch of the records with 'through', or leave 'release' out`);
  }
}

/** Throws if it is another model that would be trained. */
export function requireModel(trained: string, { model }: RetrainCause): void {
  if (model !== trained) {
    throw new InputError('training/pipeline-of-another-model',
      `this pipeline trains '${trained}', and it is '${model}' that would be trained; give the pipeline of that model`);
  }
}
