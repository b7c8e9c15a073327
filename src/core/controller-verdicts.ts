import { IConstruct } from 'constructs';
import { isRule, overrule } from '../private/controllers/judge';
import { InputError } from '../private/input-error';

/**
 * What Argo Rollouts, Istio and the definitions of their kinds would say to what a construct makes. It is said at synthesis, and a refusal cannot be
 * acknowledged: the controller would refuse it all the same.
 *
 * The one way past a verdict is that the controller of the cluster is another one than the one whose rules were ported.
 */
export class ControllerVerdicts {
  /**
   * The verdicts on a construct and everything below it.
   *
   * @param construct the app, a stack, or any part of one
   */
  public static of(construct: IConstruct): ControllerVerdicts {
    return new ControllerVerdicts(construct);
  }

  private constructor(private readonly construct: IConstruct) {}

  /**
   * Leave a rule to the controller of the cluster, which judges otherwise. It stands in the report, with the reason.
   *
   * @param ruleId rule to leave, such as `definition/unknown-field`
   * @param reason which controller accepts it, such as `argo-rollouts 1.12 has this field`
   * @throws if there is no such rule, or the reason is empty
   */
  public overrule(ruleId: string, reason: string): void {
    if (!isRule(ruleId)) {
      throw new InputError('controllers/unknown-rule', `'ruleId' must be the id at the end of a refusal, such as 'definition/unknown-field', got '${ruleId}'`);
    }
    if (reason.trim() === '') {
      throw new InputError('controllers/empty-reason', `'reason' must say which controller accepts what '${ruleId}' refuses on '${this.construct.node.path}', got ''`);
    }
    overrule(this.construct, ruleId, reason);
  }
}
