/** Pods of both versions that stand for a weight where no router shares requests out. */
export interface ReplicaSplit {
  readonly canary: number;
  readonly stable: number;
}

/**
 * What Argo Rollouts does with a weight without a router: the split of pods that comes closest, with one pod more than wished if it may
 * surge. A weight between 0 and 100 always gives both versions a pod, unless there is only one and no surge.
 *
 * @see https://github.com/argoproj/argo-rollouts/blob/v1.10.1/utils/replicaset/canary.go `approximateWeightedCanaryStableReplicaCounts`
 */
export function splitOf(weight: number, replicas: number, maySurge: boolean): ReplicaSplit {
  if (replicas === 0) {return { canary: 0, stable: 0 };}
  const [up, down] = [Math.ceil(replicas * weight / 100), Math.floor(replicas * weight / 100)];
  const mayBeEmpty = weight === 0 || weight === 100 || (replicas === 1 && !maySurge);
  const options: [canary: number, total: number][] = [];
  if (up < replicas || mayBeEmpty) {options.push([up, replicas]);}
  if (!isTied(weight, replicas) && (down !== 0 || mayBeEmpty)) {options.push([down, replicas]);}
  if (maySurge) {
    options.push([up, replicas + 1]);
    if (!isTied(weight, replicas + 1) && (down !== 0 || mayBeEmpty)) {options.push([down, replicas + 1]);}
  }
  const distance = ([canary, total]: [number, number]) => Math.abs(canary * 100 / total - weight);
  const [canary, total] = options.reduce((best, option) => (distance(option) < distance(best) ? option : best), options[0] ?? [0, replicas]);
  return { canary, stable: total - canary };
}

/** Whether rounding up and down are equally far; the controller then rounds up. */
function isTied(weight: number, total: number): boolean {
  return (total * weight / 100) % 1 === 0.5;
}
