import { canaryOf, intOf, ROLLOUT } from './kinds';
import { ControllerRule, Violation } from '../controller-rule';

/** @see https://github.com/argoproj/argo-rollouts/blob/v1.10.1/pkg/apis/rollouts/validation/validation.go ValidateRolloutStrategy */
export const strategies: ControllerRule[] = [
  {
    ruleId: 'argo-rollouts/no-strategy',
    kinds: [ROLLOUT],
    violations: ({ spec: { strategy } }) => strategy?.canary || strategy?.blueGreen ? [] : [{
      field: 'spec.strategy', problem: "must have 'canary' or 'blueGreen'", remedy: 'say how a new version takes over',
    }],
  },
  {
    ruleId: 'argo-rollouts/two-strategies',
    kinds: [ROLLOUT],
    violations: ({ spec: { strategy } }) => strategy?.canary && strategy.blueGreen ? [{
      field: 'spec.strategy', problem: "must not have 'canary' and 'blueGreen' both", remedy: 'keep one of them',
    }] : [],
  },
  {
    ruleId: 'argo-rollouts/no-room-to-roll',
    kinds: [ROLLOUT],
    violations: (rollout) => {
      const { maxSurge = '25%', maxUnavailable = '25%' } = canaryOf(rollout) ?? {};
      return canaryOf(rollout) && amountOf(maxSurge) === 0 && amountOf(maxUnavailable) === 0 ? [{
        field: 'spec.strategy.canary.maxSurge', problem: "and 'maxUnavailable' must not both be 0", value: maxSurge, remedy: 'let one pod more or one pod less be there during a roll',
      }] : [];
    },
  },
  {
    ruleId: 'argo-rollouts/standby-beyond-history',
    kinds: [ROLLOUT],
    violations: ({ spec: { strategy, revisionHistoryLimit = 10 } }) => {
      const limit = strategy?.blueGreen?.scaleDownDelayRevisionLimit;
      return strategy?.canary || limit === undefined || limit <= revisionHistoryLimit ? [] : [{
        field: 'spec.strategy.blueGreen.scaleDownDelayRevisionLimit',
        problem: `must not be more than 'revisionHistoryLimit' (${revisionHistoryLimit})`,
        value: limit,
        remedy: 'keep more revisions, or fewer of them running',
      }];
    },
  },
  {
    ruleId: 'argo-rollouts/one-anti-affinity',
    kinds: [ROLLOUT],
    violations: (rollout) => antiAffinityOf(rollout, ({ preferred, required, field }) => [preferred, required].filter(Boolean).length === 1 ? [] : [{
      field,
      problem: "must have exactly one of 'preferredDuringSchedulingIgnoredDuringExecution' and 'requiredDuringSchedulingIgnoredDuringExecution'",
      remedy: 'keep one of them',
    }]),
  },
  {
    ruleId: 'argo-rollouts/anti-affinity-weight',
    kinds: [ROLLOUT],
    violations: (rollout) => antiAffinityOf(rollout, ({ preferred, field }) => !(preferred?.weight < 1 || preferred?.weight > 100) ? [] : [{
      field: `${field}.preferredDuringSchedulingIgnoredDuringExecution.weight`, problem: 'must be from 1 to 100', value: preferred.weight, remedy: 'change the weight',
    }]),
  },
];

function antiAffinityOf({ spec: { strategy } }: any, check: (found: { preferred: any; required: any; field: string }) => Violation[]): Violation[] {
  const which = strategy?.canary ? 'canary' : 'blueGreen';
  const antiAffinity = strategy?.[which]?.antiAffinity;
  return antiAffinity === undefined ? [] : check({
    preferred: antiAffinity.preferredDuringSchedulingIgnoredDuringExecution,
    required: antiAffinity.requiredDuringSchedulingIgnoredDuringExecution,
    field: `spec.strategy.${which}.antiAffinity`,
  });
}

/** Percent or number; what is neither counts as 0. */
function amountOf(value: unknown): number {
  return typeof value === 'string' && /^\d+%$/.test(value) ? Number(value.slice(0, -1)) : intOf(value);
}
