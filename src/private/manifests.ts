import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { completeAudit } from './audit';

/** An object and what Kubernetes would get. */
export interface RenderedManifest {
  readonly object: ApiObject;
  readonly manifest: any;
}

let pass: Map<object, unknown> | undefined;

/**
 * Runs an action during which every object is rendered once, however many rules, reports and files look at it. The tree must not change
 * meanwhile.
 */
export function renderingOnce<T>(action: () => T): T {
  if (pass) {return action();}
  pass = new Map();
  try {
    return action();
  } finally {
    pass = undefined;
  }
}

/** Computes something about a tree that does not change: once within `renderingOnce`, each time outside of it. */
export function oncePerPass<T>(key: object, compute: () => T): T {
  if (!pass) {return compute();}
  if (!pass.has(key)) {
    pass.set(key, compute());
  }
  return pass.get(key) as T;
}

/** Whether each object is rendered once at the moment, and written after that. */
export function isRenderingOnce(): boolean {
  return pass !== undefined;
}

/** What Kubernetes would get for one object. Callers must not change it. */
export function manifestOf(object: ApiObject): any {
  return oncePerPass(object, () => render(object));
}

/** What Kubernetes would get for one object, for its last reader: it is not kept. */
export function takeManifest(object: ApiObject): any {
  const manifest = pass?.has(object) ? pass.get(object) : render(object);
  pass?.delete(object);
  return manifest;
}

/** The first to look may look before validation has completed the labels. */
function render(object: ApiObject): any {
  completeAudit(object);
  return object.toJson();
}

/** The manifests of a construct and everything below it, charts inside it included. */
export function manifestsBelow(scope: IConstruct): RenderedManifest[] {
  return scope.node.findAll()
    .filter((node): node is ApiObject => ApiObject.isApiObject(node))
    .map((object) => ({ object, manifest: manifestOf(object) }));
}
