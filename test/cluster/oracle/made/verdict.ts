import { appOf, isKnativeService, WORKSHOPS, worldOf, Written } from './cases';
import { manifestsOfApp } from './patches';
import { isRule } from '../../../../src/private/controllers/judge';
import { Oracle } from '../../harness/oracle';
import { elsewhereIn, theirReasons } from '../both-verdicts';
import { Outcome, outcomeOf, strictnessOf } from '../comparison';
import { acceptedBy, STRICTER_THAN_WEBHOOKS, SUITES } from '../serving-comparison';

/** What became of something that was written. */
export interface Fate {
  readonly outcome: Outcome | 'refused when it is made';
  /** Ids of what the library said. */
  readonly refusals: string[];
  /** What controllers said. */
  readonly reasons: string[];
  /** The kind of case that only the library refuses, where it is documented. */
  readonly strictness?: string;
}

/** Everybody who judges. */
export interface Bench {
  readonly argo: Oracle;
  readonly istio: Oracle;
  readonly serving: Oracle;
}

/** What is right for every controller and wrong for whoever runs it. */
export const OWN_JUDGEMENT = 'what no controller is asked about';

/** Synthesizes what was written, and shows controllers what comes out. */
export async function fateOf(controller: string, written: Written, bench: Bench): Promise<Fate> {
  let app;
  try {
    app = appOf(WORKSHOPS[controller], written);
  } catch (error) {
    const { name, errorId, errorIds } = error as any;
    if (name !== 'InputError') {throw error;}
    return { outcome: 'refused when it is made', refusals: errorIds ?? [errorId], reasons: [] };
  }
  const refusals = refusalsOf(() => app.synthYaml());
  const manifests = manifestsOfApp(app);
  const reasons = [...await JUDGES[controller](manifests, bench), ...await istioReasons(manifests, bench)];
  const elsewhere = controller === 'argo-rollouts' && refusals.length === 0 ? elsewhereIn(worldOf(manifests)) : [];
  const outcome = outcomeOf(refusals, elsewhere, reasons);
  return { outcome, refusals, reasons, strictness: outcome === 'only the library refuses' ? strictnessFor(controller, refusals, manifests) : undefined };
}

/** Whether it is as it should be. */
export function isAsItShould({ outcome, strictness }: Fate): boolean {
  return outcome !== 'only the controller refuses' && (outcome !== 'only the library refuses' || strictness !== undefined);
}

function refusalsOf(synthesize: () => void): string[] {
  try {
    synthesize();
    return [];
  } catch (error) {
    const ids = [...(error as Error).message.matchAll(/\(([a-z0-9-]+\/[a-z0-9-]+)\)$/gm)].map(([, id]) => id);
    if (ids.length === 0) {throw error;}
    return [...new Set(ids)];
  }
}

function strictnessFor(controller: string, refusals: string[], manifests: any[]): string | undefined {
  const ofControllers = refusals.filter(isRule);
  if (ofControllers.length === 0) {return OWN_JUDGEMENT;}
  if (controller !== 'argo-rollouts') {return ofControllers.every((id) => id in STRICTER_THAN_WEBHOOKS) ? ofControllers[0] : undefined;}
  return strictnessOf({ outcome: 'only the library refuses', ruleIds: ofControllers, reasons: [] }, { world: worldOf(manifests), families: [] });
}

const JUDGES: { readonly [controller: string]: (manifests: any[], bench: Bench) => Promise<string[]> } = {
  'argo-rollouts': (manifests, { argo }) => theirReasons(argo, worldOf(manifests)),
  'kserve': (manifests, { serving }) => refusedBy(serving, 'kserve', manifests.filter(({ kind }) => kind === 'InferenceService')),
  'knative': (manifests, { serving }) => refusedBy(serving, 'knative', manifests.filter(isKnativeService)),
};

async function refusedBy(oracle: Oracle, controller: string, objects: any[]): Promise<string[]> {
  const verdicts = await Promise.all(objects.map(async (object) => ({ object, accepted: await acceptedBy(oracle, SUITES[controller], object) })));
  return verdicts.filter(({ accepted }) => !accepted).map(({ object }) => `${object.kind} ${object.metadata.name} is refused`);
}

async function istioReasons(manifests: any[], { istio }: Bench): Promise<string[]> {
  const ofIstio = manifests.filter(({ apiVersion }) => /\.istio\.io\//.test(apiVersion));
  return ofIstio.length === 0 ? [] : (await istio.ask('istio', ofIstio)).reasons;
}
