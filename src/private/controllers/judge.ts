import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
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
  return oncePerPass((root as any)[JUDGED] ?? root, () => judgeAll(root));
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
  const violationsOf = (asked: ControllerRule[]) => asked.filter(({ kinds }) => kinds.includes(kind))
    .flatMap((rule) => rule.violations(manifest, lookup).map((violation) => ({ ...violation, ruleId: rule.ruleId })));
  const mismatches = violationsOf(rules.definitions);
  return mismatches.length > 0 ? mismatches : violationsOf(rules.controllers);
}

/** Rules by the order in which they judge. */
export interface Rules {
  readonly definitions: ControllerRule[];
  readonly controllers: ControllerRule[];
}

/** Every rule that there is. */
export const ALL_RULES: Rules = { definitions: definitionRules, controllers: Object.values(CONTROLLER_RULES).flat() };

const JUDGED_KINDS = new Set([...ALL_RULES.definitions, ...ALL_RULES.controllers].flatMap(({ kinds }) => kinds));

function judgeAll(root: IConstruct): Verdict[] {
  const objects = root.node.findAll().filter((node): node is ApiObject => ApiObject.isApiObject(node));
  const judged = objects.filter((object) => JUDGED_KINDS.has(kindOf(object)));
  if (judged.length === 0) {return [];}
  const lookup = new TreeLookup(objects);
  return judged.flatMap((object) => judge(renderedOrNothing(object), lookup).map((violation) => ({
    ...violation, path: pathOf(object), overruled: reasonFor(object, violation.ruleId),
  })));
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
      const manifests = (this.objects.get(groupKind) ?? []).map(renderedOrNothing);
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
    return {};
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
