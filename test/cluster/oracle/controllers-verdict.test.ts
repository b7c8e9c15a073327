import * as fc from 'fast-check';
import { Case, cases } from './cases';
import { compare, Compared, familyOf, isAgreement, STRICTER, strictnessOf } from './comparison';
import { keep, keptCases, report, seed } from './kept';
import { MUTATIONS } from './mutations';
import { ALL_RULES } from '../../../src/private/controllers/judge';
import { Oracle } from '../harness/oracle';

const oracle = Oracle.forTests();
const RUNS = Number(process.env.RUNS ?? 12_000);

test('what failed once is judged as the controller judges it', async () => {
  for (const one of keptCases<Case>('argo-rollouts')) {
    const compared = await compare(oracle, one);
    expect({ one, agreement: isAgreement(compared, one) || compared }).toEqual({ one, agreement: true });
  }
});

test('the library refuses what Argo Rollouts refuses, and nothing that it accepts', async () => {
  const seen: { one: Case; compared: Compared }[] = [];
  const result = await fc.check(fc.asyncProperty(cases, async (one) => {
    const compared = await compare(oracle, one);
    seen.push({ one, compared });
    return isAgreement(compared, one);
  }), { numRuns: RUNS, seed });
  const [shrunk] = result.counterexample ?? [];
  if (shrunk) {
    keep('argo-rollouts', shrunk);
    throw new Error(`seed ${seed}: ${JSON.stringify(await compare(oracle, shrunk))}\nof ${JSON.stringify(shrunk)}`);
  }

  const figures = figuresOf(seen);
  report('controllers-verdict', { seed, ...figures });

  expect(figures.cases).toBeGreaterThanOrEqual(RUNS);
  expect(figures.outcomes['both accept'] / figures.cases).toBeGreaterThanOrEqual(0.5);
  expect(figures.outcomes['only the controller refuses']).toBe(0);
  expect(Object.keys(STRICTER).length).toBeLessThanOrEqual(10);
  expect(Object.entries(figures.families).filter(([, { accepted, refused }]) => accepted < 50 || refused < 50)).toEqual([]);
}, 300_000);

function figuresOf(seen: { one: Case; compared: Compared }[]) {
  const count = (is: (compared: Compared, one: Case) => boolean) => seen.filter(({ compared, one }) => is(compared, one)).length;
  const each = <T>(names: string[], value: (name: string) => T) => Object.fromEntries(names.map((name) => [name, value(name)]));
  return {
    cases: seen.length,
    outcomes: each(['both accept', 'both refuse', 'left to the cluster', 'only the library refuses', 'only the controller refuses'],
      (outcome) => count((compared) => compared.outcome === outcome)),
    families: each(Object.keys(MUTATIONS), (family) => ({
      accepted: count(({ outcome }, { families }) => outcome === 'both accept' && families.includes(family)),
      refused: count(({ outcome, ruleIds }) => outcome === 'both refuse' && ruleIds.some((id) => familyOf(id) === family)),
    })),
    stricter: each(Object.keys(STRICTER), (kind) => count((compared, one) => compared.outcome === 'only the library refuses' && strictnessOf(compared, one) === kind)),
    refusedByThisRuleAlone: each([...ALL_RULES.definitions, ...ALL_RULES.controllers].map(({ ruleId }) => ruleId).filter((id) => id in MUTATED_RULES),
      (id) => count(({ outcome, ruleIds }) => outcome === 'both refuse' && ruleIds.join() === id)),
  };
}

const MUTATED_RULES = Object.fromEntries([...ALL_RULES.definitions, ...ALL_RULES.controllers]
  .filter(({ ruleId }) => familyOf(ruleId) in MUTATIONS).map(({ ruleId }) => [ruleId, true]));
