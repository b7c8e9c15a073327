import * as fc from 'fast-check';
import { keep, keptCases, report, seed } from './kept';
import { WORKSHOPS, writtenFor, Written } from './made/cases';
import { Bench, Fate, fateOf, isAsItShould } from './made/verdict';
import { Oracle } from '../harness/oracle';

const bench: Bench = { argo: Oracle.forTests(), istio: Oracle.forTests('oracle-istio'), serving: Oracle.forTests('oracle-serving') };
const RUNS: { [controller: string]: number } = { 'argo-rollouts': 1_200, 'kserve': 400, 'knative': 400 };
const runsOf = (controller: string) => Number(process.env.RUNS ?? RUNS[controller]);

test.each(Object.keys(WORKSHOPS))('what failed once for %s is judged alike', async (controller) => {
  for (const written of keptCases<Written>(`made-for-${controller}`)) {
    const fate = await fateOf(controller, written, bench);
    expect({ written, agreement: isAsItShould(fate) || fate }).toEqual({ written, agreement: true });
  }
});

test.each(Object.entries(WORKSHOPS))('what constructs make for %s, patched or not, is refused at synth or accepted by the controller', async (controller, workshop) => {
  const seen: { written: Written; fate: Fate }[] = [];
  const result = await fc.check(fc.asyncProperty(writtenFor(workshop), async (written) => {
    const fate = await fateOf(controller, written, bench);
    seen.push({ written, fate });
    return isAsItShould(fate);
  }), { numRuns: runsOf(controller), seed });
  const [shrunk] = result.counterexample ?? [];
  if (shrunk) {
    keep(`made-for-${controller}`, shrunk);
    throw new Error(`seed ${seed}: ${JSON.stringify(await fateOf(controller, shrunk, bench).catch(String))}\nof ${JSON.stringify(shrunk)}\n${result.errorInstance ?? ''}`);
  }

  const figures = figuresOf(seen, workshop.families);
  report(`made-for-${controller}`, { seed, ...figures });

  expect(figures.cases).toBeGreaterThanOrEqual(runsOf(controller));
  expect((figures.outcomes['both accept'] ?? 0) / figures.cases).toBeGreaterThanOrEqual(0.5);
  expect(Object.keys(figures.stricter).length).toBeLessThanOrEqual(10);
  expect(Object.keys(figures.outcomes)).not.toContain('only the controller refuses');
}, 300_000);

function figuresOf(seen: { written: Written; fate: Fate }[], families: string[]) {
  const of = (is: (one: Fate) => boolean) => seen.map(({ fate }) => fate).filter(is);
  const patched = seen.filter(({ written: { patches, beside } }) => patches.length + beside.length > 0);
  return {
    cases: seen.length,
    patched: patched.length,
    outcomes: counted(of(() => true).map(({ outcome }) => outcome)),
    families: Object.fromEntries(families.map((family) => {
      const outcomes = patched.filter(({ written }) => written.families.includes(family)).map(({ fate }) => fate.outcome);
      return [family, { accepted: outcomes.filter((one) => one === 'both accept').length, refused: outcomes.filter((one) => one === 'both refuse').length }];
    })),
    stricter: counted(of(({ strictness }) => strictness !== undefined).map(({ strictness }) => strictness!)),
    refusedWhenMade: counted(of(({ outcome }) => outcome === 'refused when it is made').flatMap(({ refusals }) => refusals)),
    refusedAtSynth: counted(of(({ outcome }) => outcome === 'only the library refuses').flatMap(({ refusals }) => refusals)),
  };
}

function counted(names: string[]): { [name: string]: number } {
  return Object.fromEntries([...new Set(names)].sort().map((name) => [name, names.filter((one) => one === name).length]));
}
