import * as fc from 'fast-check';
import { MUTATIONS } from './mutations';
import { acceptedWorld, pickFrom, World } from './worlds';

/** Manifests, and the families of rules that were touched to make them. */
export interface Case {
  readonly world: World;
  readonly families: string[];
}

/** Few worlds have an Ingress or a VirtualService, and few choices of nodes are right. */
const RARE = ['argo-rollouts: ingress backends', 'argo-rollouts: virtual service routes', 'kubernetes: scheduling'];
const FAMILIES = [...Object.keys(MUTATIONS), ...RARE];

/** Worlds with none to three changes. */
export const cases: fc.Arbitrary<Case> = fc.gen().map((gen) => {
  const pick = pickFrom(gen);
  const world = acceptedWorld(pick);
  const families = pick([1], [1], [1], [1, 1], [1, 1, 1], [], [1]).map(() => {
    const family = pick(...FAMILIES);
    const mutation = pick(...MUTATIONS[family]);
    tryTo(() => mutation(world, pick));
    return family;
  });
  return { world: JSON.parse(JSON.stringify(world)), families };
});

/** What one change removed cannot be changed by the next. */
export function tryTo(change: () => void): void {
  try {
    change();
  } catch (error) {
    if ((error as Error).name !== 'TypeError') {throw error;}
  }
}
