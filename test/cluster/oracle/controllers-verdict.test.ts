import { appendFileSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import * as fc from 'fast-check';
import { Case, cases } from './cases';
import { compare, Compared, familyOf, STRICTER, strictnessOf } from './comparison';
import { MUTATIONS } from './mutations';
import { ALL_RULES } from '../../../src/private/controllers/judge';
import { Oracle } from '../harness/oracle';

const oracle = Oracle.forTests();
const RUNS = 12_000;
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const KEPT = join(__dirname, 'kept-cases.json');

function isAgreement(compared: Compared, one: Case): boolean {
  return compared.outcome !== 'only the controller refuses'
    && (compared.outcome !== 'only the library refuses' || strictnessOf(compared, one) !== undefined);
}

test('what failed once is judged as the controller judges it', async () => {
  for (const kept of JSON.parse(readFileSync(KEPT, 'utf8'))) {
    const compared = await compare(oracle, kept);
    expect({ ...kept, compared: isAgreement(compared, kept) || compared }).toEqual({ ...kept, compared: true });
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
    const kept = JSON.parse(readFileSync(KEPT, 'utf8'));
    writeFileSync(KEPT, `${JSON.stringify([...kept, shrunk], undefined, 1)}\n`);
    throw new Error(`seed ${seed}: ${JSON.stringify(await compare(oracle, shrunk))}\nkept in ${KEPT}: ${JSON.stringify(shrunk)}`);
  }

  const count = (is: (entry: { one: Case; compared: Compared }) => boolean) => seen.filter(is).length;
  const outcomes = Object.fromEntries(['both accept', 'both refuse', 'left to the cluster', 'only the library refuses', 'only the controller refuses']
    .map((outcome) => [outcome, count(({ compared }) => compared.outcome === outcome)]));
  const families = Object.fromEntries(Object.keys(MUTATIONS).map((family) => [family, {
    accepted: count(({ one, compared }) => compared.outcome === 'both accept' && one.families.includes(family)),
    refused: count(({ compared }) => compared.outcome === 'both refuse' && compared.ruleIds.some((id) => familyOf(id) === family)),
  }]));
  const stricter = Object.fromEntries(Object.keys(STRICTER).map((kind) => [kind, count(({ one, compared }) => compared.outcome === 'only the library refuses' && strictnessOf(compared, one) === kind)]));
  const alone = Object.fromEntries([...ALL_RULES.definitions, ...ALL_RULES.controllers].map(({ ruleId }) => [ruleId, count(({ compared }) =>
    compared.outcome === 'both refuse' && compared.ruleIds.length === 1 && compared.ruleIds[0] === ruleId)]));
  report({ seed, cases: seen.length, outcomes, families, stricter, alone });

  expect(seen.length).toBeGreaterThanOrEqual(10_000);
  expect(outcomes['both accept'] / seen.length).toBeGreaterThanOrEqual(0.5);
  expect(outcomes['only the controller refuses']).toBe(0);
  expect(Object.keys(STRICTER).length).toBeLessThanOrEqual(10);
  expect(Object.entries(families).filter(([, { accepted, refused }]) => accepted < 50 || refused < 50)).toEqual([]);
}, 170_000);

function report(figures: object): void {
  const text = `${JSON.stringify(figures, undefined, 1)}\n`;
  process.stdout.write(text);
  appendFileSync(join(__dirname, '..', '..', '..', 'test-reports', 'controllers-verdict.json'), text);
}
