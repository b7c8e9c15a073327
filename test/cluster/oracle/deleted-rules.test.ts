import * as fc from 'fast-check';
import { cases } from './cases';
import { compare, familyOf, isAgreement } from './comparison';
import { istioCases } from './istio-cases';
import { report, seed } from './kept';
import { MUTATIONS } from './mutations';
import { compareServing, isServingAgreement, servingCases, STRICTER_THAN_WEBHOOKS, SUITES } from './serving-comparison';
import { ALL_RULES, judge, Rules } from '../../../src/private/controllers/judge';
import { Oracle } from '../harness/oracle';

/** `DELETED_RULES=1 npm run test:cluster -- deleted-rules`: without any one of the rules, the property test turns red. */
const describeIfAsked = process.env.DELETED_RULES ? describe : describe.skip;

function without(ruleId: string): Rules {
  const rest = (rules: Rules['controllers']) => rules.filter((rule) => rule.ruleId !== ruleId);
  return { definitions: rest(ALL_RULES.definitions), controllers: rest(ALL_RULES.controllers) };
}

describeIfAsked('without a rule, a case is found that the controller refuses and the library does not', () => {
  const argo = Oracle.forTests();
  const istio = Oracle.forTests('oracle-istio');
  const serving = Oracle.forTests('oracle-serving');
  const table: { [ruleId: string]: string } = {};
  const properties: { [judge: string]: (rules: Rules) => Promise<fc.RunDetails<any>> } = {
    argo: (rules) => fc.check(fc.asyncProperty(cases, async (one) =>
      isAgreement(await compare(argo, one, rules), one) || !isAgreement(await compare(argo, one), one)), OPTIONS),
    istio: (rules) => fc.check(fc.asyncProperty(istioCases, async ({ manifest }) =>
      judge(manifest, { named: () => undefined }, rules).length > 0 || (await istio.ask('istio', [manifest])).accepted), OPTIONS),
    ...Object.fromEntries(Object.entries(SUITES).map(([controller, suite]) => [controller, (rules: Rules) => fc.check(
      fc.asyncProperty(servingCases(suite), async (one) => isServingAgreement(await compareServing(serving, suite, one, rules))), OPTIONS)])),
  };

  test.each([...ALL_RULES.definitions, ...ALL_RULES.controllers].map(({ ruleId }) => ruleId)
    // the controller's code does not ask for required fields: the API server does, before it
    .filter((id) => id !== 'definition/missing-field' && judgeOf(id) in properties && !(id in STRICTER_THAN_WEBHOOKS)))('%s', async (ruleId) => {
    const { failed, numRuns } = await properties[judgeOf(ruleId)](without(ruleId));
    table[ruleId] = failed ? `red after ${numRuns} cases` : 'GREEN';

    expect(failed).toBe(true);
  }, 300_000);

  afterAll(() => report('deleted-rules', table));
});

/** Who is asked about a rule. */
function judgeOf(ruleId: string): string {
  return familyOf(ruleId) in MUTATIONS ? 'argo' : ruleId.split('/')[0];
}

const OPTIONS = { numRuns: 30_000, seed, endOnFailure: true };
