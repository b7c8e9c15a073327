import { ApiObject, JsonPatch } from 'cdk8s';
import { Construct } from 'constructs';
import { manifestOf } from '../../../../src/private/manifests';

/** One operation of a JSON patch. */
interface Operation {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: any;
}

/** What somebody patches on one object of an app. */
export interface Patch {
  readonly kind: string;
  readonly name: string;
  readonly operations: Operation[];
}

/** The manifests of an app as it is now, each a copy. */
export function manifestsOfApp(app: Construct): any[] {
  return objectsOf(app).map((object) => JSON.parse(JSON.stringify(manifestOf(object))));
}

/** Patches that make of some manifests others, in the same order. */
export function patchesBetween(before: any[], after: any[]): Patch[] {
  return before.map(({ kind, metadata: { name } }, i) => ({ kind, name, operations: operationsBetween(before[i], after[i], '') }))
    .filter(({ operations }) => operations.length > 0);
}

/** Patches the objects of an app by `ApiObject.addJsonPatch()`, the way out for everything. */
export function applyPatches(app: Construct, patches: Patch[]): void {
  for (const { kind, name, operations } of patches) {
    const object = objectsOf(app).find((one) => one.kind === kind && one.name === name)!;
    object.addJsonPatch(...operations.map(({ op, path, value }) => op === 'remove' ? JsonPatch.remove(path) : JsonPatch[op](path, value)));
  }
}

function objectsOf(app: Construct): ApiObject[] {
  return app.node.findAll().filter((node): node is ApiObject => ApiObject.isApiObject(node));
}

/** Lists are replaced whole, as people do. */
function operationsBetween(before: any, after: any, path: string): Operation[] {
  if (JSON.stringify(before) === JSON.stringify(after)) {return [];}
  if (!isMap(before) || !isMap(after)) {return [{ op: 'replace', path, value: after }];}
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key): Operation[] => {
    const inner = `${path}/${key.replace(/~/g, '~0').replace(/\//g, '~1')}`;
    if (after[key] === undefined) {return before[key] === undefined ? [] : [{ op: 'remove', path: inner }];}
    return before[key] === undefined ? [{ op: 'add', path: inner, value: after[key] }] : operationsBetween(before[key], after[key], inner);
  });
}

function isMap(value: any): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
