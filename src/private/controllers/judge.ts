import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { Reference, referencesElsewhere } from './argo-rollouts/references';
import { ControllerRule, ManifestLookup, sentenceOf, Violation } from './controller-rule';
import { definitionRules } from './definitions/definition-rules';
import { CONTROLLER_RULES } from './rules';
import { describe } from '../input-error';
import { manifestOf, oncePerPass } from '../manifests';
import { groupKindOf } from '../workloads';

/** What a controller would say, about an object of the tree. */
export interface Verdict extends Violation {
  readonly ruleId: string;
  /** Path of what a user made: not of the inner `Resource` of a construct. */
  readonly path: string;
  /** Why somebody believes that the controller of the cluster accepts it. */
  readonly overruled?: string;
}

/** Something that an object names and the tree does not make. */
export interface Elsewhere extends Reference {
  readonly path: string;
}

interface Judgment {
  readonly verdicts: Verdict[];
  readonly elsewhere: Elsewhere[];
}

const JUDGED = Symbol.for('cdk8s-mlops.judged-by-controllers');
const OVERRULED = Symbol.for('cdk8s-mlops.overruled-controllers');

/**
 * Fails validation where controllers would refuse what is rendered. Asked once for a tree, by the app or by the first object of a kind that is
 * judged: an app with a thousand rollouts is looked through once.
 */
export function judgeTreeOf(construct: IConstruct): void {
  const root = construct.node.root as any;
  if (root[JUDGED]) {return;}
  Object.defineProperty(root, JUDGED, { value: {} });
  root.node.addValidation({
    validate: () => verdictsOf(root)
      .filter(({ overruled }) => overruled === undefined)
      .map((verdict) => `${placeOf(verdict, root)}${describe(verdict.ruleId, sentenceOf(verdict))}`),
  });
}

/** What controllers would say to everything that a tree makes. */
export function verdictsOf(root: IConstruct): Verdict[] {
  return judgmentOf(root).verdicts;
}

/** What objects name and the tree does not make. */
export function elsewhereOf(root: IConstruct): Elsewhere[] {
  return judgmentOf(root).elsewhere;
}

function judgmentOf(root: IConstruct): Judgment {
  return oncePerPass((root as any)[JUDGED] ?? root, () => judgeAll(root));
}

/** Whether there is a rule of that name. */
export function isRule(ruleId: string): boolean {
  return [...ALL_RULES.definitions, ...ALL_RULES.controllers].some((rule) => rule.ruleId === ruleId);
}

/** Believes that the controller of the cluster accepts what a rule refuses. */
export function overrule(scope: IConstruct, ruleId: string, reason: string): void {
  overruledOn(scope, true).set(ruleId, reason);
}

/** What was overruled on a construct, and why. */
export function overruledOn(scope: IConstruct, create = false): Map<string, string> {
  const holder = scope as any;
  if (!holder[OVERRULED] && create) {
    Object.defineProperty(holder, OVERRULED, { value: new Map() });
  }
  return holder[OVERRULED] ?? new Map();
}

/**
 * All violations of one manifest. What the definition of its kind refuses never reaches a controller, and its fields are not what the other rules
 * take them for.
 */
export function judge(manifest: any, lookup: ManifestLookup, rules: Rules = ALL_RULES): (Violation & { ruleId: string })[] {
  const kind = groupKindOf(manifest);
  const violationsOf = (asked: ControllerRule[], judged: any) => asked.filter(({ kinds }) => kinds.includes(kind))
    .flatMap((rule) => rule.violations(judged, lookup).map((violation) => ({ ...violation, ruleId: rule.ruleId })));
  const mismatches = violationsOf(rules.definitions, manifest);
  // to a controller, a manifest without a spec is one with an empty spec
  return mismatches.length > 0 ? mismatches : violationsOf(rules.controllers, { ...manifest, spec: manifest.spec ?? {} });
}

/** Rules by the order in which they judge. */
export interface Rules {
  readonly definitions: ControllerRule[];
  readonly controllers: ControllerRule[];
}

/** Every rule that there is. */
export const ALL_RULES: Rules = { definitions: definitionRules, controllers: Object.values(CONTROLLER_RULES).flat() };

const JUDGED_KINDS = new Set([...ALL_RULES.definitions, ...ALL_RULES.controllers].flatMap(({ kinds }) => kinds));

function judgeAll(root: IConstruct): Judgment {
  const objects = root.node.findAll().filter((node): node is ApiObject => ApiObject.isApiObject(node));
  const judged = objects.filter((object) => JUDGED_KINDS.has(kindOf(object)));
  if (judged.length === 0) {return { verdicts: [], elsewhere: [] };}
  const lookup = new TreeLookup(objects);
  const judgments = judged.map((object) => ({ object, manifest: renderedOrNothing(object), path: pathOf(object) }))
    .filter(({ manifest }) => manifest !== undefined)
    .map(({ object, manifest, path }) => ({ object, manifest, path, violations: judge(manifest, lookup) }));
  return {
    verdicts: judgments.flatMap(({ object, path, violations }) =>
      violations.map((violation) => ({ ...violation, path, overruled: reasonFor(object, violation.ruleId) }))),
    elsewhere: judgments.filter(({ manifest, violations }) => manifest.kind === 'Rollout' && violations.length === 0)
      .flatMap(({ manifest, path }) => referencesElsewhere(manifest, lookup).map((reference) => ({ ...reference, path }))),
  };
}

/** Finds what is named without rendering what nobody names: an object is rendered when its kind is asked for. */
class TreeLookup implements ManifestLookup {
  private readonly objects = new Map<string, ApiObject[]>();
  private readonly manifests = new Map<string, Map<string, any>>();

  public constructor(objects: ApiObject[]) {
    for (const object of objects) {
      this.objects.set(kindOf(object), this.objects.get(kindOf(object)) ?? []);
      this.objects.get(kindOf(object))!.push(object);
    }
  }

  public named(groupKind: string, namespace: string, name: string): any {
    if (!this.manifests.has(groupKind)) {
      const manifests = (this.objects.get(groupKind) ?? []).map(renderedOrNothing).filter((manifest) => manifest !== undefined);
      this.manifests.set(groupKind, new Map(manifests.map((manifest) => [keyOf(manifest.metadata?.namespace, manifest.metadata?.name), manifest])));
    }
    return this.manifests.get(groupKind)!.get(keyOf(namespace, name));
  }
}

function keyOf(namespace: string | undefined, name: string): string {
  return `${namespace ?? ''}/${name}`;
}

function kindOf(object: ApiObject): string {
  return `${object.apiGroup === 'core' ? '' : object.apiGroup}/${object.kind}`;
}

/** What cannot be rendered fails the synthesis by itself, once and with its own message. */
function renderedOrNothing(object: ApiObject): any {
  try {
    return manifestOf(object);
  } catch {
    return undefined;
  }
}

function reasonFor(object: ApiObject, ruleId: string): string | undefined {
  return object.node.scopes.map((scope) => overruledOn(scope).get(ruleId)).filter((reason) => reason !== undefined).at(-1);
}

/** An object called `Resource` is an inner part of its construct, which is what a user made. */
function pathOf(object: ApiObject): string {
  const scope = object.node.id === 'Resource' ? object.node.scope : undefined;
  return (scope ?? object).node.path;
}

function placeOf({ path }: Verdict, root: IConstruct): string {
  return path === root.node.path ? '' : `[${path}] `;
}
