import { manifestsOf, World } from './worlds';
import { analysisUses } from '../../../src/private/controllers/argo-rollouts/analysis-uses';
import { referencesElsewhere } from '../../../src/private/controllers/argo-rollouts/references';
import { ManifestLookup } from '../../../src/private/controllers/controller-rule';
import { ALL_RULES, judge, Rules } from '../../../src/private/controllers/judge';
import { groupKindOf } from '../../../src/private/workloads';
import { Oracle } from '../harness/oracle';

/** What the library says to a world. */
export interface OurVerdict {
  readonly ruleIds: string[];
  /** Names of what the app does not make, which the controller finds in the cluster or not. */
  readonly elsewhere: string[];
}

/** The library's verdict on the manifests of a world. */
export function ourVerdict(world: World, rules: Rules = ALL_RULES): OurVerdict {
  const manifests = manifestsOf(world);
  const lookup = lookupIn(manifests);
  const violations = manifests.flatMap((manifest) => judge(manifest, lookup, rules));
  // Istio has a judge of its own
  const ruleIds = [...new Set(violations.map(({ ruleId }) => ruleId))].filter((id) => !id.startsWith('istio/'));
  return { ruleIds, elsewhere: ruleIds.some((id) => id.startsWith('definition/')) ? [] : elsewhereIn(world) };
}

/** Names of what a world names and does not have. */
export function elsewhereIn(world: World): string[] {
  return referencesElsewhere(world.rollout, lookupIn(manifestsOf(world))).map(({ name }) => name);
}

/** The controller's reasons against the manifests of a world: of its validation, and of an analysis when it begins. */
export async function theirReasons(oracle: Oracle, world: World): Promise<string[]> {
  const manifests = manifestsOf(world);
  const lookup = lookupIn(manifests);
  const alone = (await oracle.ask('rollout', [world.rollout])).reasons;
  // it looks at what a rollout names once the rollout itself is right
  if (alone.length > 0) {return alone;}
  // it would follow them until its stack overflows, and the oracle with it
  const cycles = analysisUses(world.rollout, lookup).flatMap((use) => use.cycles);
  if (cycles.length > 0) {return cycles.map((name) => `the controller dies of ${name}`);}
  const references = await referenceReasons(oracle, manifests.filter(({ kind }) => kind !== 'Deployment').map((manifest) => withTemplate(manifest, world.workload)));
  if (references.length > 0) {return references;}
  const runs = await Promise.all(analysisUses(world.rollout, lookup).filter(({ elsewhere }) => elsewhere.length === 0)
    .map(({ analysis, inBackground, templates }) => oracle.ask('analysis-metrics', templates, {
      as: inBackground ? 'background' : 'inline', args: analysis.args, dryRun: analysis.dryRun, measurementRetention: analysis.measurementRetention, rollout: { ...world.rollout, status: { currentPodHash: 'abc' } },
    })));
  return runs.flatMap(({ reasons }) => reasons);
}

/** The controller takes template and selector from the workload before it looks at what a rollout names. */
function withTemplate(manifest: any, workload: any): any {
  if (!manifest.spec?.workloadRef) {return manifest;}
  const { workloadRef, ...spec } = manifest.spec;
  return { ...manifest, spec: { ...spec, ...workload.spec } };
}

/** Where validation dies of what it reads, the controller does. */
async function referenceReasons(oracle: Oracle, manifests: any[]): Promise<string[]> {
  try {
    return (await oracle.ask('rollout-references', manifests)).reasons;
  } catch (error) {
    if (!/panicked: runtime error/.test((error as Error).message)) {throw error;}
    return [(error as Error).message.split('\n')[0]];
  }
}

function lookupIn(manifests: any[]): ManifestLookup {
  const key = (kind: string, namespace: string, name: string) => `${kind} ${namespace}/${name}`;
  const all = new Map(manifests.map((manifest) => [key(groupKindOf(manifest), manifest.metadata.namespace ?? '', manifest.metadata.name), manifest]));
  return { named: (kind, namespace, name) => all.get(key(kind, namespace, name)) };
}
