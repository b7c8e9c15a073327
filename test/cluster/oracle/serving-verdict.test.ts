import { appendFileSync } from 'fs';
import { join } from 'path';
import * as fc from 'fast-check';
import { KNATIVE_MUTATIONS, KSERVE_MUTATIONS, ServingMutation } from './serving-mutations';
import { someInferenceService, someKnativeService } from './serving-worlds';
import { Pick, pickFrom } from './worlds';
import { judge } from '../../../src/private/controllers/judge';
import { CONTROLLER_RULES } from '../../../src/private/controllers/rules';
import { KNATIVE_FEATURES } from '../../../src/private/keys';
import { Oracle } from '../harness/oracle';

const oracle = Oracle.forTests('oracle-serving');
const RUNS = 3_000;
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

/** What the library refuses and the webhook accepts, each for a reason. */
const STRICTER: { [ruleId: string]: string } = {
  'kserve/mode-not-said': 'each cluster decides by its configuration, which is shipped with another default than the documentation names',
  'kserve/percent-ignored': 'nobody reads it in the mode Standard, in whatever amount',
  'kserve/filled-in-cpu-limit': 'the Deployment is refused when KServe makes it',
};

interface Suite {
  readonly judgeName: string;
  readonly make: (pick: Pick) => any;
  readonly mutations: { [family: string]: ServingMutation[] };
  readonly options: (object: any) => object | undefined;
}

interface Seen {
  readonly families: string[];
  readonly ruleIds: string[];
  readonly accepted: boolean;
}

const SUITES: [string, Suite][] = [
  ['KServe', { judgeName: 'inference-service', make: someInferenceService, mutations: KSERVE_MUTATIONS, options: () => undefined }],
  ['Knative', { judgeName: 'knative-service', make: someKnativeService, mutations: KNATIVE_MUTATIONS, options: featuresOf }],
];

test.each(SUITES)('the library refuses what %s refuses, and nothing that it accepts but for documented reasons', async (_name, suite) => {
  const seen: Seen[] = [];
  const result = await fc.check(fc.asyncProperty(casesOf(suite), async ({ object, families }) => {
    const ruleIds = [...new Set(judge(object, { named: () => undefined }).map(({ ruleId }) => ruleId))];
    const accepted = await acceptedBy(suite, object);
    seen.push({ families, ruleIds, accepted });
    return accepted ? ruleIds.every((id) => id in STRICTER) : ruleIds.length > 0;
  }), { numRuns: RUNS, seed });
  const [shrunk] = result.counterexample ?? [];
  if (shrunk) {
    const theirs = await oracle.ask(suite.judgeName, [shrunk.object], suite.options(shrunk.object)).catch(String);
    const verdicts = { ours: judge(shrunk.object, { named: () => undefined }), theirs };
    throw new Error(`seed ${seed}: ${JSON.stringify(verdicts)}\n${JSON.stringify(shrunk)}`);
  }

  const count = (is: (one: Seen) => boolean) => seen.filter(is).length;
  const bothAccept = count(({ accepted, ruleIds }) => accepted && ruleIds.length === 0);
  const families = Object.fromEntries(Object.keys(suite.mutations).map((family) => [family, {
    accepted: count(({ accepted, ruleIds, families: touched }) => accepted && ruleIds.length === 0 && touched.includes(family)),
    refused: count(({ accepted, ruleIds }) => !accepted && CONTROLLER_RULES[family].some(({ ruleId }) => ruleIds.includes(ruleId))),
  }]));
  const stricter = Object.fromEntries(Object.keys(STRICTER).map((id) => [id, count(({ accepted, ruleIds }) => accepted && ruleIds.includes(id))]));
  const onlyTheController = count(({ accepted, ruleIds }) => !accepted && ruleIds.length === 0);
  report({ seed, judge: suite.judgeName, cases: seen.length, bothAccept, onlyTheController, families, stricter });

  expect(seen.length).toBeGreaterThanOrEqual(2_500);
  expect(bothAccept / seen.length).toBeGreaterThanOrEqual(0.5);
  expect(Object.entries(families).filter(([, { accepted, refused }]) => accepted < 50 || refused < 50)).toEqual([]);
}, 170_000);

/** Objects with none to two changes. */
function casesOf({ make, mutations }: Suite): fc.Arbitrary<{ object: any; families: string[] }> {
  return fc.gen().map((gen) => {
    const pick = pickFrom(gen);
    const object = JSON.parse(JSON.stringify(make(pick)));
    const families = pick([], [1], [1], [1, 1]).map(() => {
      const family = pick(...Object.keys(mutations));
      const mutation = pick(...mutations[family]);
      try {
        mutation(object, pick);
      } catch (error) {
        // what one change removed, or the object never had, cannot be changed
        if ((error as Error).name !== 'TypeError') {throw error;}
      }
      return family;
    });
    return { object: JSON.parse(JSON.stringify(object)), families };
  });
}

/** A webhook that dies of what it reads accepts nothing. */
async function acceptedBy({ judgeName, options }: Suite, object: any): Promise<boolean> {
  try {
    return (await oracle.ask(judgeName, [object], options(object))).accepted;
  } catch (error) {
    if (!/panicked: runtime error/.test((error as Error).message)) {throw error;}
    return false;
  }
}

/** A cluster that has the flags which the object says it needs. */
function featuresOf({ metadata }: any): object {
  const features: string[] = metadata.annotations?.[KNATIVE_FEATURES]?.split(',') ?? [];
  return { features: Object.fromEntries(features.map((feature) => [feature, 'enabled'])) };
}

function report(figures: object): void {
  const text = `${JSON.stringify(figures, undefined, 1)}\n`;
  process.stdout.write(text);
  appendFileSync(join(__dirname, '..', '..', '..', 'test-reports', 'controllers-verdict.json'), text);
}
