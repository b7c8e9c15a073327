import * as fc from 'fast-check';
import { tryTo } from './cases';
import { KNATIVE_MUTATIONS, KSERVE_MUTATIONS, ServingMutation } from './serving-mutations';
import { someInferenceService, someKnativeService } from './serving-worlds';
import { Pick, pickFrom } from './worlds';
import { ALL_RULES, judge, Rules } from '../../../src/private/controllers/judge';
import { KNATIVE_FEATURES } from '../../../src/private/keys';
import { Oracle } from '../harness/oracle';

/** An object, and the families of rules that were touched to make it. */
export interface ServingCase {
  readonly object: any;
  readonly families: string[];
}

/** What both say of one object. */
export interface ServingCompared {
  readonly ruleIds: string[];
  readonly accepted: boolean;
}

/** How objects for one controller are made and judged. */
export interface Suite {
  readonly judgeName: string;
  readonly make: (pick: Pick) => any;
  readonly mutations: { readonly [family: string]: ServingMutation[] };
  readonly options: (object: any) => object | undefined;
}

/** By controller, as kept cases are. */
export const SUITES: { readonly [controller: string]: Suite } = {
  kserve: { judgeName: 'inference-service', make: someInferenceService, mutations: KSERVE_MUTATIONS, options: () => undefined },
  knative: { judgeName: 'knative-service', make: someKnativeService, mutations: KNATIVE_MUTATIONS, options: featuresOf },
};

/** What the library refuses and the webhook accepts, each for a reason. */
export const STRICTER_THAN_WEBHOOKS: { readonly [ruleId: string]: string } = {
  'kserve/mode-not-said': 'each cluster decides by its configuration, which is shipped with another default than the documentation names',
  'kserve/percent-ignored': 'nobody reads it in the mode Standard, in whatever amount',
  'kserve/filled-in-cpu-limit': 'the Deployment is refused when KServe makes it',
};

/** Objects with none to two changes. */
export function servingCases({ make, mutations }: Suite): fc.Arbitrary<ServingCase> {
  return fc.gen().map((gen) => {
    const pick = pickFrom(gen);
    const object = JSON.parse(JSON.stringify(make(pick)));
    const families = pick([], [1], [1], [1, 1]).map(() => {
      const family = pick(...Object.keys(mutations));
      const mutation = pick(...mutations[family]);
      tryTo(() => mutation(object, pick));
      return family;
    });
    return { object: JSON.parse(JSON.stringify(object)), families };
  });
}

/** Asks both. */
export async function compareServing(oracle: Oracle, suite: Suite, { object }: ServingCase, rules: Rules = ALL_RULES): Promise<ServingCompared> {
  const ruleIds = [...new Set(judge(object, { named: () => undefined }, rules).map(({ ruleId }) => ruleId))];
  return { ruleIds, accepted: await acceptedBy(oracle, suite, object) };
}

/** Whether a case is as it should be. */
export function isServingAgreement({ ruleIds, accepted }: ServingCompared): boolean {
  return accepted ? ruleIds.every((id) => id in STRICTER_THAN_WEBHOOKS) : ruleIds.length > 0;
}

/** A webhook that dies of what it reads accepts nothing. */
export async function acceptedBy(oracle: Oracle, { judgeName, options }: Suite, object: any): Promise<boolean> {
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
