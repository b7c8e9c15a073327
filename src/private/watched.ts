import { IConstruct } from 'constructs';

/** Pods that somebody may watch; an `IModelServing` is one. */
export interface WatchablePods {
  readonly servingNamespace: string;
  readonly podLabels: { [key: string]: string };
}

/** Which pods are watched, by the root of the tree. Asking the tree itself would take quadratic time in large apps. */
const WATCHED = new WeakMap<IConstruct, Set<string>>();

/** Remembers that somebody scrapes pods. */
export function rememberWatched(watcher: IConstruct, pods: WatchablePods): void {
  const { root } = watcher.node;
  const watched = WATCHED.get(root) ?? new Set<string>();
  WATCHED.set(root, watched.add(keyOf(pods)));
}

/** Whether somebody in the same tree scrapes pods. */
export function isWatched(construct: IConstruct, pods: WatchablePods): boolean {
  return WATCHED.get(construct.node.root)?.has(keyOf(pods)) ?? false;
}

function keyOf({ servingNamespace, podLabels }: WatchablePods): string {
  return JSON.stringify([servingNamespace, ...Object.entries(podLabels).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
