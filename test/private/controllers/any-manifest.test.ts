import * as fc from 'fast-check';
import { judge } from '../../../src/private/controllers/judge';
import { CONTROLLER_RULES } from '../../../src/private/controllers/rules';
import { ourVerdict } from '../../cluster/oracle/both-verdicts';
import { cases } from '../../cluster/oracle/cases';
import { istioCases } from '../../cluster/oracle/istio-cases';
import { KNATIVE_MUTATIONS, KSERVE_MUTATIONS, ServingMutation } from '../../cluster/oracle/serving-mutations';
import { someInferenceService, someKnativeService } from '../../cluster/oracle/serving-worlds';
import { manifestsOf, Pick, pickFrom } from '../../cluster/oracle/worlds';

// what the verdicts are worth is for the controllers' own code to say, in test/cluster/oracle; here, that there is one for whatever is rendered
const RUNS = { numRuns: 1_500, seed: 1 };
const NOTHING_ELSE = { named: () => undefined };

const servings: [string, (pick: Pick) => any, { [family: string]: ServingMutation[] }][] = [
  ['KServe', someInferenceService, KSERVE_MUTATIONS],
  ['Knative', someKnativeService, KNATIVE_MUTATIONS],
];

test('rollouts and what they name get a verdict, twice the same, and stay as they are', () => {
  fc.assert(fc.property(cases, ({ world }) => {
    const before = JSON.stringify(manifestsOf(world));

    const verdict = ourVerdict(world);

    expect(ourVerdict(world)).toEqual(verdict);
    expect(JSON.stringify(manifestsOf(world))).toBe(before);
  }), RUNS);
}, 120_000);

test('manifests of Istio get a verdict in whole sentences', () => {
  fc.assert(fc.property(istioCases, ({ manifest }) => expectSentences(manifest)), RUNS);
}, 120_000);

test.each(servings)('manifests of %s get a verdict in whole sentences', (_name, make, mutations) => {
  const changes = Object.values(mutations).flat();
  const manifests = fc.gen().map((gen) => {
    const pick = pickFrom(gen);
    const object = JSON.parse(JSON.stringify(make(pick)));
    const change = pick(...changes);
    try {
      change(object, pick);
    } catch (error) {
      // what the object never had cannot be changed
      if (!(error instanceof TypeError)) {throw error;}
    }
    return JSON.parse(JSON.stringify(object));
  });

  fc.assert(fc.property(manifests, expectSentences), RUNS);
}, 120_000);

test.each(Object.entries(CONTROLLER_RULES))('a manifest without a spec gets a verdict: %s', (_family, rules) => {
  const kinds = [...new Set(rules.flatMap((rule) => rule.kinds))];

  const manifests = kinds.map((kind) => ({ apiVersion: `${kind.split('/')[0]}/v1`.replace(/^\//, ''), kind: kind.split('/')[1], metadata: { name: 'bare' } }));

  manifests.forEach(expectSentences);
});

function expectSentences(manifest: any): void {
  const violations = judge(manifest, NOTHING_ELSE);

  expect(violations.filter(({ field, problem, remedy }) => !field || !problem || !remedy)).toEqual([]);
}
