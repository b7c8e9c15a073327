import { ApiObject, Chart } from 'cdk8s';
import * as fc from 'fast-check';
import { CanaryRecipe, makeCanary, someCanary } from './canaries';
import { applyPatches, manifestsOfApp, Patch, patchesBetween } from './patches';
import { makeKnative, makeKserve, ServingRecipe, someKnative, someKserve } from './servings';
import { MlopsApp } from '../../../../src';
import { tryTo } from '../cases';
import { MUTATIONS } from '../mutations';
import { KNATIVE_MUTATIONS, KSERVE_MUTATIONS } from '../serving-mutations';
import { Pick, pickFrom, World } from '../worlds';

/** What somebody writes: constructs of ours, patches on what they make, and manifests of others beside them. */
export interface Written<R = any> {
  readonly recipe: R;
  readonly patches: Patch[];
  readonly beside: any[];
  /** Families of rules that the patches are about. */
  readonly families: string[];
}

/** How somebody writes for one controller. */
export interface Workshop<R = any> {
  readonly some: (pick: Pick) => R;
  readonly make: (chart: Chart, recipe: R) => void;
  readonly families: string[];
  /** Changes manifests as a mutation of the family does, and adds to them. */
  readonly mutate: (family: string, manifests: any[], pick: Pick) => void;
}

/** By controller. */
export const WORKSHOPS: { readonly [controller: string]: Workshop } = {
  'argo-rollouts': {
    some: someCanary,
    make: makeCanary,
    families: Object.keys(MUTATIONS),
    mutate: (family, manifests, pick) => {
      const world = worldOf(manifests);
      const known = new Set<any>(manifests);
      tryTo(() => pick(...MUTATIONS[family])(world, pick));
      manifests.push(...[...world.templates, world.workload].filter((manifest) => manifest !== undefined && !known.has(manifest)));
    },
  } satisfies Workshop<CanaryRecipe>,
  'kserve': {
    some: someKserve,
    make: makeKserve,
    families: Object.keys(KSERVE_MUTATIONS),
    mutate: (family, manifests, pick) => tryTo(() => pick(...KSERVE_MUTATIONS[family])(pick(...manifests.filter(({ kind }) => kind === 'InferenceService')), pick)),
  } satisfies Workshop<ServingRecipe>,
  'knative': {
    some: someKnative,
    make: makeKnative,
    families: Object.keys(KNATIVE_MUTATIONS),
    mutate: (family, manifests, pick) => tryTo(() => pick(...KNATIVE_MUTATIONS[family])(manifests.find(isKnativeService), pick)),
  } satisfies Workshop<ServingRecipe>,
};

/** What could be written for a controller, patched in none to two places. */
export function writtenFor({ some, make, families, mutate }: Workshop): fc.Arbitrary<Written> {
  return fc.gen().map((gen) => {
    const pick = pickFrom(gen);
    const recipe = JSON.parse(JSON.stringify(some(pick)));
    const touched = pick([], [], [1], [1, 1], [1], [], []).map(() => pick(...families));
    const before = touched.length === 0 ? [] : manifestsOfRecipe(make, recipe);
    const after: any[] = structuredClone(before);
    if (before.length > 0) {touched.forEach((family) => mutate(family, after, pick));}
    const patches = patchesBetween(before, JSON.parse(JSON.stringify(after)));
    return JSON.parse(JSON.stringify({ recipe, patches, beside: after.slice(before.length), families: touched }));
  });
}

/** The app, as it stands after everything was written; an error where a constructor refuses. */
export function appOf({ make }: Workshop, { recipe, patches, beside }: Written): MlopsApp {
  const app = new MlopsApp();
  const chart = new Chart(app, 'Fraud', { namespace: 'ml', disableResourceNameHashes: true });
  make(chart, recipe);
  applyPatches(app, patches);
  beside.forEach((manifest, i) => new ApiObject(chart, `Beside${i}`, manifest));
  return app;
}

/** The manifests that Argo Rollouts looks at. */
export function worldOf(manifests: any[]): World {
  const ofKind = (...kinds: string[]) => manifests.filter(({ kind }) => kinds.includes(kind));
  return {
    rollout: ofKind('Rollout')[0],
    services: ofKind('Service'),
    ingress: undefined,
    virtualService: ofKind('VirtualService')[0],
    templates: ofKind('AnalysisTemplate', 'ClusterAnalysisTemplate'),
    workload: ofKind('Deployment')[0],
  };
}

/** Whether a manifest is a Service of Knative. */
export function isKnativeService({ apiVersion, kind }: any): boolean {
  return kind === 'Service' && apiVersion === 'serving.knative.dev/v1';
}

function manifestsOfRecipe(make: Workshop['make'], recipe: any): any[] {
  const app = new MlopsApp();
  try {
    make(new Chart(app, 'Fraud', { namespace: 'ml', disableResourceNameHashes: true }), recipe);
    return manifestsOfApp(app);
  } catch (error) {
    // what is refused has no manifests to patch
    if ((error as Error).name !== 'InputError') {throw error;}
    return [];
  }
}
