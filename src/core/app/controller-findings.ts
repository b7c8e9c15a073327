import { IConstruct } from 'constructs';
import { sentenceOf } from '../../private/controllers/controller-rule';
import { elsewhereOf, overruledOn, verdictsOf } from '../../private/controllers/judge';
import { Finding, FindingSeverity, IFindingSource } from '../findings';

/** What a reviewer should know of the controllers' verdicts: what was overruled, and what only the cluster can tell. */
export class ControllerFindings implements IFindingSource {
  public constructor(private readonly app: IConstruct) {}

  public findings(): Finding[] {
    const overruled = verdictsOf(this.app).filter((verdict) => verdict.overruled !== undefined);
    return [
      ...overruled.map((verdict) => ({
        ruleId: 'controllers/overruled',
        severity: FindingSeverity.WARNING,
        path: verdict.path,
        message: `${sentenceOf(verdict)} (${verdict.ruleId}), but it is left to the controller: ${verdict.overruled}`,
        remedy: 'try it against the controller of the cluster',
      })),
      ...elsewhereOf(this.app).map(({ path, field, kind, name }) => ({
        ruleId: 'controllers/elsewhere',
        severity: FindingSeverity.INFO,
        path,
        message: `'${field}' names the ${kind} '${name}', which is not made here`,
        remedy: 'see that it is in the cluster before; the controller refuses the rollout until then',
      })),
      ...this.unused(overruled.map(({ path, ruleId }) => ({ path, ruleId }))),
    ];
  }

  private unused(used: { readonly path: string; readonly ruleId: string }[]): Finding[] {
    const covered = (scope: IConstruct, ruleId: string) => used.some((one) =>
      one.ruleId === ruleId && `${one.path}/`.startsWith(scope.node.path === '' ? '' : `${scope.node.path}/`));
    return this.app.node.findAll().flatMap((scope) => [...overruledOn(scope).keys()].filter((ruleId) => !covered(scope, ruleId)).map((ruleId) => ({
      ruleId: 'controllers/unused-overrule',
      severity: FindingSeverity.INFO,
      path: scope.node.path,
      message: `'${ruleId}' is overruled here but refuses nothing`,
      remedy: 'remove it, so that a later refusal is seen',
    })));
  }
}
