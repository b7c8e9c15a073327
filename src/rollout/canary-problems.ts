import { Duration } from 'cdk8s';
import { settingsOf, timingOf } from './analysis-metrics';
import { CanaryOptions, CanaryStage } from './canary-options';
import { IGuardrail } from './guardrail';
import { splitOf } from './replica-weights';
import { InputProblems } from '../private/input-error';

const STAGE = Duration.minutes(30);

/** The stages of a canary, with their durations. */
export function stagesOf(options: CanaryOptions): Required<CanaryStage>[] {
  const stages: CanaryStage[] = options.stages ?? [5, 25, 50, 100].map((weight) => ({ weight }));
  return stages.map(({ weight, duration }) => ({ weight, duration: duration ?? STAGE }));
}

/** Adds everything that is wrong with the stages and guardrails of a canary; what Argo Rollouts would refuse among it. */
export function findCanaryProblems(problems: InputProblems, options: CanaryOptions, guardrails: IGuardrail[], replicas: number): void {
  const weights = stagesOf(options).map(({ weight }) => weight);
  const inPercent = weights.every((weight) => Number.isInteger(weight) && weight >= 1 && weight <= 100);
  if (!inPercent || weights.some((weight, i) => i > 0 && weight <= weights[i - 1])) {
    problems.add('rollout/weights-must-rise', `'stages' must have weights that rise from 1 to 100, got ${weights.join(', ')}`);
  } else if (weights.at(-1) !== 100) {
    problems.add('rollout/last-stage-not-all',
      `'stages' must end with 100, got ${weights.join(', ')}; the old version is let go only after the new one was judged under the whole load`);
  } else if (!options.router.capabilities.weights) {
    findWeightProblems(problems, weights, replicas, options.maxSurgePercent ?? 25);
  }
  const settings = settingsOf(options.analysis);
  for (const seconds of new Set(stagesOf(options).map(({ duration }) => duration.toSeconds()))) {
    problems.attempt(() => timingOf(Duration.seconds(seconds), settings));
  }
  if (guardrails.length === 0) {
    problems.add('rollout/no-guardrails', "'guardrails' must hold at least one: a canary that nobody judges cannot go back by itself");
  }
  const names = guardrails.map(({ guardrailName }) => guardrailName);
  for (const name of new Set(names.filter((candidate, i) => names.indexOf(candidate) !== i))) {
    problems.add('rollout/guardrail-name-taken', `'guardrails' must have different names, got '${name}' twice; Argo Rollouts tells metrics apart by name`);
  }
  if (options.warmStandby && !options.router.capabilities.weights) {
    problems.add('rollout/standby-without-router',
      `'warmStandby' (${options.warmStandby.toSeconds()}s) needs a router: without one, pods that stay would get requests; use TrafficRouter.istio(), or drop it`);
  }
}

function findWeightProblems(problems: InputProblems, weights: number[], replicas: number, maxSurgePercent: number): void {
  const wrong = weights
    .map((weight) => ({ weight, ...splitOf(weight, replicas, maxSurgePercent > 0) }))
    .map(({ weight, canary, stable }) => ({ weight, canary, total: canary + stable, actual: Math.round(1000 * canary / (canary + stable)) / 10 }))
    .filter(({ weight, actual }) => weight !== actual);
  if (wrong.length > 0) {
    const what = wrong.map(({ weight, actual, canary, total }) => `${weight} % would be ${actual} % (${canary} of ${total} pods)`).join(', ');
    problems.add('rollout/weight-not-representable',
      `${replicas} pods cannot show the weights without a router: ${what}; use TrafficRouter.istio(), other stages, or more pods`);
  }
}
