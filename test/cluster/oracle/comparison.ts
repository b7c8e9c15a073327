import { ourVerdict, theirReasons } from './both-verdicts';
import { Case } from './cases';
import { ALL_RULES, Rules } from '../../../src/private/controllers/judge';
import { CONTROLLER_RULES } from '../../../src/private/controllers/rules';
import { Oracle } from '../harness/oracle';

/** How the library and the controller answer to one case. */
export type Outcome = 'both accept' | 'both refuse' | 'left to the cluster' | 'only the library refuses' | 'only the controller refuses';

/** What is known of one case. */
export interface Compared {
  readonly outcome: Outcome;
  readonly ruleIds: string[];
  readonly reasons: string[];
}

/**
 * What the library refuses and the controller's code accepts, each for a reason.
 *
 * A kind is told by the rules that refuse and, where those can also be wrong, by what stands in the case.
 */
export const STRICTER: { readonly [kind: string]: { readonly why: string; readonly is: (ruleIds: string[], one: Case) => boolean } } = {
  'what the definition of a kind refuses': {
    why: 'the API server refuses it before the controller sees it: fields that are required, values out of bounds',
    is: (ruleIds) => ruleIds.every((id) => ['definition/missing-field', 'definition/refused-value'].includes(id)),
  },
  'a template that no rollout of the app uses': {
    why: 'whoever uses it will have an analysis that fails when it begins',
    is: (ruleIds, { world }) => ruleIds.every((id) => TEMPLATE_RULES.includes(id)) && world.templates.some((template) => !JSON.stringify(world.rollout).includes(`"${template.metadata.name}"`)),
  },
  'a template that is used twice': {
    why: 'the controller writes placeholders into its own copy of a template the first time, so that the second use is not judged; the analysis then fails when it begins',
    is: (ruleIds, { world }) => ruleIds.every((id) => ['argo-rollouts/argument-missing', 'argo-rollouts/unknown-argument'].includes(id)) && namesTwice(world.rollout),
  },
};

const TEMPLATE_RULES = CONTROLLER_RULES['argo-rollouts: analysis metrics'].map(({ ruleId }) => ruleId);

function namesTwice(rollout: any): boolean {
  const names = [...JSON.stringify(rollout).matchAll(/"templateName":"([^"]*)"/g)].map(([, name]) => name);
  return new Set(names).size < names.length;
}

/** Asks both. */
export async function compare(oracle: Oracle, one: Case, rules: Rules = ALL_RULES): Promise<Compared> {
  const { ruleIds, elsewhere } = ourVerdict(one.world, rules);
  const reasons = await theirReasons(oracle, one.world);
  return { outcome: outcomeOf(ruleIds, elsewhere, reasons), ruleIds, reasons };
}

/** What follows from what both say. */
export function outcomeOf(ruleIds: string[], elsewhere: string[], reasons: string[]): Outcome {
  if (reasons.length === 0) {return ruleIds.length === 0 ? 'both accept' : 'only the library refuses';}
  if (ruleIds.length > 0) {return 'both refuse';}
  const missing = reasons.filter((reason) => /not found/.test(reason) && elsewhere.some((name) => reason.includes(name)));
  return missing.length === reasons.length ? 'left to the cluster' : 'only the controller refuses';
}

/** Whether a case is as it should be. */
export function isAgreement(compared: Compared, one: Case): boolean {
  return compared.outcome !== 'only the controller refuses'
    && (compared.outcome !== 'only the library refuses' || strictnessOf(compared, one) !== undefined);
}

/** The kind of what only the library refuses; undefined where nobody documented it. */
export function strictnessOf({ ruleIds }: Compared, one: Case): string | undefined {
  return Object.entries(STRICTER).find(([, { is }]) => is(ruleIds, one))?.[0];
}

/** The family of a rule. */
export function familyOf(ruleId: string): string {
  return Object.entries(CONTROLLER_RULES).find(([, rules]) => rules.some((rule) => rule.ruleId === ruleId))?.[0] ?? 'definitions';
}
