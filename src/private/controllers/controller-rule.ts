/** The other manifests of an app, as far as a rule needs them. */
export interface ManifestLookup {
  /**
   * A manifest that another one names.
   *
   * @param groupKind such as `argoproj.io/AnalysisTemplate`, or `/Service`
   * @param namespace empty for the one that manifests are applied to, and for kinds of the whole cluster
   * @param name its name
   * @returns undefined where the app does not make it: it may be in the cluster, which only the controller can tell
   */
  named(groupKind: string, namespace: string, name: string): any;
}

/** What a controller would say against a manifest. */
export interface Violation {
  /** Place in the manifest: `spec.strategy.canary.steps[2].setWeight`. */
  readonly field: string;
  /** What is asked of the field, as the end of a sentence: `must be from 0 to 100`. */
  readonly problem: string;
  /** What stands there instead; left out where nothing does, or where it would not help. */
  readonly value?: unknown;
  /** What to do. */
  readonly remedy: string;
}

/** One reason for which a controller, its webhook or the definition of a kind refuses a manifest. */
export interface ControllerRule {
  /** `<controller>/<reason>`, such as `argo-rollouts/weight-out-of-range`. */
  readonly ruleId: string;
  /** Kinds that it judges, such as `argoproj.io/Rollout`. */
  readonly kinds: string[];
  /** Judges one manifest, which the definition of its kind accepts: fields have the types that they should have. */
  violations(manifest: any, lookup: ManifestLookup): Violation[];
}

/** The sentence that a user reads, without the path and the id. */
export function sentenceOf({ field, problem, value, remedy }: Violation): string {
  const got = value === undefined ? '' : `, got ${wordsOf(value)}`;
  return `'${field}' ${problem}${got}; ${remedy}`;
}

const LONGEST_VALUE = 80;

function wordsOf(value: unknown): string {
  const words = typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
  return words.length <= LONGEST_VALUE ? words : `${words.slice(0, LONGEST_VALUE - 1)}…`;
}
