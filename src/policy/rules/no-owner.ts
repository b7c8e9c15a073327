import { FindingSeverity } from '../../core/findings';
import { podsOf } from '../../private/workloads';
import { IPolicyRule, PolicyFinding } from '../rule';

/** Every workload says who answers for it. */
export class NoOwner implements IPolicyRule {
  public readonly ruleId = 'operations/no-owner';
  public readonly severity = FindingSeverity.ERROR;

  public check(manifest: any): PolicyFinding[] {
    if (podsOf(manifest).length === 0) {return [];}
    const keys = Object.keys({ ...manifest.metadata?.labels, ...manifest.metadata?.annotations });
    return keys.some((key) => /(?:^|[/.-])(?:owner|team)$/.test(key)) ? [] : [{
      message: `${manifest.kind} '${manifest.metadata?.name}' does not say who owns it`,
      remedy: 'give its construct an owner, or label it with the team',
    }];
  }
}
