import { ROLLOUT } from './kinds';
import { ControllerRule } from '../controller-rule';

/** @see https://github.com/argoproj/argo-rollouts/blob/v1.10.1/pkg/apis/rollouts/validation/validation.go ValidateRolloutSpec */
export const numbersAndDeadlines: ControllerRule[] = [
  {
    ruleId: 'argo-rollouts/negative-number',
    kinds: [ROLLOUT],
    violations: ({ spec }) => ['replicas', 'minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds']
      .filter((field) => spec[field] < 0)
      .map((field) => ({ field: `spec.${field}`, problem: 'must be at least 0', value: spec[field], remedy: 'change the number' })),
  },
  {
    ruleId: 'argo-rollouts/deadline-before-ready',
    kinds: [ROLLOUT],
    violations: ({ spec: { progressDeadlineSeconds = 600, minReadySeconds = 0 } }) => progressDeadlineSeconds > minReadySeconds ? [] : [{
      field: 'spec.progressDeadlineSeconds',
      problem: `must be greater than 'minReadySeconds' (${minReadySeconds})`,
      value: progressDeadlineSeconds,
      remedy: 'give new pods more time than it takes them to count as ready',
    }],
  },
];
