import { parseQuantity } from './quantity';
import { containersOf, keepsRunning, PodShape } from './workloads';

/** What one pod asks of a node. Limits are undefined where a container has none. */
export interface PodResources {
  readonly cpuRequest: number;
  readonly memoryRequest: number;
  readonly cpuLimit: number | undefined;
  readonly memoryLimit: number | undefined;
  readonly gpus: number;
}

/**
 * What the scheduler counts for a pod: the sum of what keeps running, or the largest of what runs before, whichever is more.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers
 */
export function podResourcesOf(pod: PodShape): PodResources {
  const shapes = containersOf(pod).filter(({ type }) => type !== 'ephemeral');
  const running = shapes.filter(keepsRunning).map(({ container }) => resourcesOf(container));
  const before = shapes.filter((shape) => !keepsRunning(shape)).map(({ container }) => resourcesOf(container));
  const effective = (amount: (resources: PodResources) => number | undefined): number | undefined => {
    const amounts = [...running, ...before].map(amount);
    if (amounts.some((value) => value === undefined)) {return undefined;}
    const sum = running.reduce((total, resources) => total + amount(resources)!, 0);
    return Math.max(sum, ...before.map((resources) => amount(resources)!));
  };
  return {
    cpuRequest: effective(({ cpuRequest }) => cpuRequest)!,
    memoryRequest: effective(({ memoryRequest }) => memoryRequest)!,
    cpuLimit: effective(({ cpuLimit }) => cpuLimit),
    memoryLimit: effective(({ memoryLimit }) => memoryLimit),
    gpus: effective(({ gpus }) => gpus)!,
  };
}

/** A limit without a request is its own request. */
function resourcesOf(container: any): PodResources {
  const { requests = {}, limits = {} } = container.resources ?? {};
  const gpus = Object.entries(limits).filter(([resource]) => /^gpu\.|\/gpu$|\/mig-/.test(resource));
  return {
    cpuRequest: parseQuantity(requests.cpu ?? limits.cpu) ?? 0,
    memoryRequest: parseQuantity(requests.memory ?? limits.memory) ?? 0,
    cpuLimit: parseQuantity(limits.cpu),
    memoryLimit: parseQuantity(limits.memory),
    gpus: gpus.reduce((sum, [, quantity]) => sum + (parseQuantity(quantity) ?? 0), 0),
  };
}
