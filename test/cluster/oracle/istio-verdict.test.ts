import * as fc from 'fast-check';
import { familyOf } from './comparison';
import { IstioCase, istioCases } from './istio-cases';
import { keep, keptCases, report, seed } from './kept';
import { judge } from '../../../src/private/controllers/judge';
import { CONTROLLER_RULES } from '../../../src/private/controllers/rules';
import { Oracle } from '../harness/oracle';

const oracle = Oracle.forTests('oracle-istio');
const RUNS = Number(process.env.RUNS ?? 10_000);

async function compare({ manifest }: IstioCase): Promise<{ ruleIds: string[]; reasons: string[] }> {
  const { reasons } = await oracle.ask('istio', [manifest]);
  return { reasons, ruleIds: [...new Set(judge(manifest, { named: () => undefined }).map(({ ruleId }) => ruleId))] };
}

/** The webhook sees only what the definition of a kind lets through. */
function isAgreement({ ruleIds, reasons }: { ruleIds: string[]; reasons: string[] }): boolean {
  return (ruleIds.length === 0) === (reasons.length === 0) || (ruleIds.length > 0 && ruleIds.every((id) => id.startsWith('definition/')));
}

test('what failed once is judged as Istio judges it', async () => {
  for (const one of keptCases<IstioCase>('istio')) {
    const compared = await compare(one);
    expect({ one, agreement: isAgreement(compared) || compared }).toEqual({ one, agreement: true });
  }
});

test("the library refuses what Istio's webhook refuses, and nothing that it accepts", async () => {
  const seen: { family: string; ruleIds: string[]; reasons: string[] }[] = [];
  const result = await fc.check(fc.asyncProperty(istioCases, async (one) => {
    const compared = await compare(one);
    seen.push({ ...compared, family: one.family });
    return isAgreement(compared);
  }), { numRuns: RUNS, seed });
  const [shrunk] = result.counterexample ?? [];
  if (shrunk) {
    keep('istio', shrunk);
    throw new Error(`seed ${seed}: ${JSON.stringify(await compare(shrunk))}\nof ${JSON.stringify(shrunk)}`);
  }

  const families = Object.fromEntries(Object.keys(CONTROLLER_RULES).filter((family) => family.startsWith('istio')).map((family) => [family, {
    accepted: seen.filter((one) => one.family === family && one.reasons.length === 0 && one.ruleIds.length === 0).length,
    refused: seen.filter(({ ruleIds, reasons }) => reasons.length > 0 && ruleIds.some((id) => familyOf(id) === family)).length,
  }]));
  const alone = Object.fromEntries(Object.values(CONTROLLER_RULES).flat().filter(({ ruleId }) => ruleId.startsWith('istio/'))
    .map(({ ruleId }) => [ruleId, seen.filter(({ ruleIds, reasons }) => reasons.length > 0 && ruleIds.join() === ruleId).length]));
  const bothAccept = seen.filter(({ ruleIds, reasons }) => ruleIds.length === 0 && reasons.length === 0).length;
  report('istio-verdict', { seed, cases: seen.length, bothAccept, families, alone });

  expect(seen.length).toBeGreaterThanOrEqual(RUNS);
  expect(bothAccept / seen.length).toBeGreaterThanOrEqual(0.5);
  expect(Object.entries(families).filter(([, { accepted, refused }]) => accepted < 50 || refused < 50)).toEqual([]);
}, 300_000);
