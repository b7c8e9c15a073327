import { AnalysisSettings, initialDelayOf } from './analysis-settings';
import { checkAnalysis } from './canary-problems';
import { checkRise, stagesOf } from './canary-stages';
import { GuardrailSubject, IGuardrail } from './guardrail';
import { AfterPatience } from './no-data';
import { StagedTarget } from './staged-serving';
import { StagedTrafficProps } from './staged-traffic-props';
import { InputProblems } from '../private/input-error';

/** What of a staged rollout can be wrong. */
export interface StagedToCheck extends StagedTrafficProps {
  readonly guardrails: IGuardrail[];
  readonly subject: GuardrailSubject;
  readonly settings: AnalysisSettings;
  readonly target: StagedTarget;
  /** Namespace of the chart that the rollout is declared in. */
  readonly namespace: string;
}

/** Adds everything that is wrong with a staged rollout. */
export function findStagedProblems(problems: InputProblems, staged: StagedToCheck): void {
  const { platform, serving, namespace, readyWithin } = staged;
  if (!platform.metrics.isAvailable) {
    problems.add('rollout/staged-without-metrics',
      'stages are judged by numbers from Prometheus, but the platform profile has none; give it a metrics backend');
  }
  if (serving.servingNamespace !== namespace) {
    problems.add('rollout/staged-elsewhere',
      `the stages are in namespace '${namespace}', and the model in '${serving.servingNamespace}'; a Role reaches its own namespace only, so declare them there`);
  }
  if (readyWithin && readyWithin.toSeconds() < 1) {
    problems.add('rollout/malformed-ready-within', `'readyWithin' must be at least a second, got ${readyWithin.toSeconds()}s`);
  }
  checkRise(problems, staged);
  // what is wrong with a number is said there
  checkAnalysis(problems, staged);
  checkGuardrailsOfStages(problems, staged);
  checkPolicies(problems, staged);
}

/** Nobody here runs jobs, or calls anybody but Prometheus. */
function checkGuardrailsOfStages(problems: InputProblems, { guardrails, subject }: StagedToCheck): void {
  for (const guardrail of guardrails) {
    const [provider] = Object.keys(attemptOf(guardrail, subject) ?? {});
    if (provider !== undefined) {
      problems.add('rollout/staged-guardrail-without-query',
        `guardrail '${guardrail.guardrailName}' asks a ${provider}, and 'mlops stage' asks nobody but Prometheus; export its number, or use ModelServing with RolloutStrategy.canary()`);
    }
  }
}

/** What a guardrail that cannot say what it asks has to say stands among the problems already. */
function attemptOf(guardrail: IGuardrail, subject: GuardrailSubject): { [name: string]: any } | undefined {
  try {
    return guardrail.check(subject).provider;
  } catch {
    return undefined;
  }
}

function checkPolicies(problems: InputProblems, staged: StagedToCheck): void {
  const { analysis, settings, target } = staged;
  if (analysis?.onEmpty?.meaning === 'pause' && analysis.onEmpty.afterPatience === AfterPatience.WAIT) {
    problems.add('rollout/staged-waits-for-nobody',
      "'onEmpty' must end with AfterPatience.ABORT, got AfterPatience.WAIT: a Job that waits for a person leaves an unjudged version with its share");
  }
  if (analysis?.measurementRetention !== undefined) {
    problems.add('rollout/staged-retention',
      `'measurementRetention' (${analysis.measurementRetention}) counts what an AnalysisRun keeps, and stages make none: every measurement stands in the log of the Job; leave it out`);
  }
  const delay = initialDelayOf(settings);
  const seen = delay + settings.interval * (settings.toleratedBreaches + 1);
  const objective = target.rollbackObjective.toSeconds();
  if (seen > objective) {
    problems.add('rollout/staged-longer-than-objective',
      `a version that is bad from the start goes back after ${seen}s (${delay}s until the window holds nothing else, ${settings.toleratedBreaches + 1} x ${settings.interval}s), ` +
      `above the rollback objective of ${objective}s; measure over a shorter window, more often, or tolerate fewer breaches`);
  }
}

/** Longest time that all stages may take. */
export function longestRun({ settings, ...staged }: Pick<StagedToCheck, 'stages' | 'settings'>, readyWithin: number): number {
  const stages = stagesOf(staged).map(({ duration }) => duration.toSeconds());
  const away = settings.onUnreachable.patience.toSeconds();
  const sum = stages.reduce((total, seconds) => total + seconds + away, 0);
  // a run that is killed begins its stage anew, and one that is stopped begins with the first
  return readyWithin + 2 * sum + 120;
}

