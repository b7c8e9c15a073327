import { FindingSeverity } from '../../core/findings';
import { groupKindOf } from '../../private/workloads';
import { IPolicyRule, PolicyFinding } from '../rule';

/** A canary that nobody measures is a slow deployment: something must judge it and send it back. */
export class CanaryWithoutGuardrail implements IPolicyRule {
  public readonly ruleId = 'adoption/canary-without-guardrail';
  public readonly severity = FindingSeverity.ERROR;

  public check(manifest: any): PolicyFinding[] {
    const canary = groupKindOf(manifest) === 'argoproj.io/Rollout' ? manifest.spec?.strategy?.canary : undefined;
    const judged = canary?.analysis !== undefined
      || (canary?.steps ?? []).some((step: any) => step.analysis !== undefined || step.experiment !== undefined);
    return !canary || judged ? [] : [{
      message: `the canary of Rollout '${manifest.metadata?.name}' is judged by no analysis, so it cannot go back by itself`,
      remedy: 'give it a guardrail',
    }];
  }
}
