import * as fc from 'fast-check';
import { keep, keptCases, report, seed } from './kept';
import { compareServing, isServingAgreement, ServingCase, ServingCompared, servingCases, STRICTER_THAN_WEBHOOKS, SUITES } from './serving-comparison';
import { CONTROLLER_RULES } from '../../../src/private/controllers/rules';
import { Oracle } from '../harness/oracle';

const oracle = Oracle.forTests('oracle-serving');
const RUNS = Number(process.env.RUNS ?? 3_000);
const CONTROLLERS = Object.entries(SUITES);

test.each(CONTROLLERS)('what failed once is judged as %s judges it', async (controller, suite) => {
  for (const one of keptCases<ServingCase>(controller)) {
    const compared = await compareServing(oracle, suite, one);
    expect({ one, agreement: isServingAgreement(compared) || compared }).toEqual({ one, agreement: true });
  }
});

test.each(CONTROLLERS)('the library refuses what %s refuses, and nothing that it accepts but for documented reasons', async (controller, suite) => {
  const seen: (ServingCase & ServingCompared)[] = [];
  const result = await fc.check(fc.asyncProperty(servingCases(suite), async (one) => {
    const compared = await compareServing(oracle, suite, one);
    seen.push({ ...one, ...compared });
    return isServingAgreement(compared);
  }), { numRuns: RUNS, seed });
  const [shrunk] = result.counterexample ?? [];
  if (shrunk) {
    keep(controller, shrunk);
    throw new Error(`seed ${seed}: ${JSON.stringify(await compareServing(oracle, suite, shrunk))}\nof ${JSON.stringify(shrunk)}`);
  }

  const count = (is: (one: ServingCase & ServingCompared) => boolean) => seen.filter(is).length;
  const bothAccept = count(({ accepted, ruleIds }) => accepted && ruleIds.length === 0);
  const families = Object.fromEntries(Object.keys(suite.mutations).map((family) => [family, {
    accepted: count(({ accepted, ruleIds, families: touched }) => accepted && ruleIds.length === 0 && touched.includes(family)),
    refused: count(({ accepted, ruleIds }) => !accepted && CONTROLLER_RULES[family].some(({ ruleId }) => ruleIds.includes(ruleId))),
  }]));
  const stricter = Object.fromEntries(Object.keys(STRICTER_THAN_WEBHOOKS)
    .map((id) => [id, count(({ accepted, ruleIds }) => accepted && ruleIds.includes(id))]));
  report(`${controller}-verdict`, { seed, cases: seen.length, bothAccept, families, stricter });

  expect(seen.length).toBeGreaterThanOrEqual(RUNS);
  expect(bothAccept / seen.length).toBeGreaterThanOrEqual(0.5);
  expect(Object.entries(families).filter(([, { accepted, refused }]) => accepted < 50 || refused < 50)).toEqual([]);
}, 170_000);
