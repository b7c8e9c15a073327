import { IConstruct } from 'constructs';
import { Environment, PlatformProfile } from '../core/platform-profile';
import { IModelServing } from '../serving/serving';

/** Who watches which model, by the root of the tree. Asking the tree itself would take quadratic time in large apps. */
const WATCHERS = new WeakMap<IConstruct, Map<string, IConstruct[]>>();

/** Remembers who watches a model. Stages are other clusters: the same model in each of them is no conflict. */
export function rememberWatcher(watcher: IConstruct, serving: IModelServing, platform: PlatformProfile): void {
  watchersOf(watcher, serving, platform.environment).push(watcher);
}

/** Whoever watched the same model before, in the order of the program. */
export function earlierWatchers(watcher: IConstruct, serving: IModelServing, platform: PlatformProfile): IConstruct[] {
  const all = watchersOf(watcher, serving, platform.environment);
  return all.slice(0, all.indexOf(watcher));
}

function watchersOf(watcher: IConstruct, { servingNamespace, modelName }: IModelServing, environment: Environment): IConstruct[] {
  const { root } = watcher.node;
  const byModel = WATCHERS.get(root) ?? new Map<string, IConstruct[]>();
  WATCHERS.set(root, byModel);
  const key = [environment, servingNamespace, modelName].join('/');
  const watchers = byModel.get(key) ?? [];
  byModel.set(key, watchers);
  return watchers;
}
