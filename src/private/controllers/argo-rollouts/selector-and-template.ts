import { ControllerRule } from '../controller-rule';
import { ROLLOUT } from './kinds';

/** @see https://github.com/argoproj/argo-rollouts/blob/v1.10.1/pkg/apis/rollouts/validation/validation.go ValidateRolloutSpec */
export const selectorAndTemplate: ControllerRule[] = [
  {
    ruleId: 'argo-rollouts/no-selector',
    kinds: [ROLLOUT],
    violations: ({ spec }) => spec.workloadRef || spec.selector ? [] : [{
      field: 'spec.selector',
      problem: 'must say which pods belong to the rollout',
      remedy: "give it the labels of 'spec.template.metadata.labels'",
    }],
  },
];
