import { Duration } from 'cdk8s';
import { CanaryOptions, CanaryStage } from './canary-options';
import { splitOf } from './replica-weights';
import { InputProblems } from '../private/input-error';
import { wholeSeconds } from '../private/whole-units';

const STAGE = Duration.minutes(30);

/** The stages of a canary, with their durations. */
export function stagesOf(options: Pick<CanaryOptions, 'stages'>): Required<CanaryStage>[] {
  const stages: CanaryStage[] = options.stages ?? [5, 25, 50, 100].map((weight) => ({ weight }));
  return stages.map(({ weight, duration }) => ({ weight, duration: duration ? wholeSeconds(duration) : STAGE }));
}

/** What is wrong with stages of an autoscaled workload without a router. */
export function weightsFollowAutoscaler(options: CanaryOptions): string {
  return `weights ${stagesOf(options).map(({ weight }) => weight).join(', ')} cannot be kept without a router while an autoscaler changes the number of pods, ` +
    'which is all that shares requests out; use TrafficRouter.istio(), a fixed number of pods, or the one stage 100';
}

/** Adds what is wrong with the weights, by themselves and for what shares requests out. */
export function checkWeights(problems: InputProblems, options: CanaryOptions, replicas: number): void {
  if (checkRise(problems, options) && !options.router.capabilities.weights) {
    checkReplicaWeights(problems, stagesOf(options).map(({ weight }) => weight), replicas, options.maxSurgePercent ?? 25);
  }
}

/** Adds what is wrong with the weights by themselves; whether nothing is. */
export function checkRise(problems: InputProblems, options: Pick<CanaryOptions, 'stages'>): boolean {
  const weights = stagesOf(options).map(({ weight }) => weight);
  const inPercent = weights.every((weight) => Number.isInteger(weight) && weight >= 1 && weight <= 100);
  if (!inPercent || weights.some((weight, i) => i > 0 && weight <= weights[i - 1])) {
    problems.add('rollout/weights-must-rise', `'stages' must have weights that rise from 1 to 100, got ${weights.join(', ')}`);
  } else if (weights.at(-1) !== 100) {
    problems.add('rollout/last-stage-not-all',
      `'stages' must end with 100, got ${weights.join(', ')}; the old version is let go only after the new one was judged under the whole load`);
  } else {
    return true;
  }
  return false;
}

function checkReplicaWeights(problems: InputProblems, weights: number[], replicas: number, maxSurgePercent: number): void {
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
