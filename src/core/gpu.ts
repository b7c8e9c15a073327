import { InputError, InputProblems } from '../private/input-error';
import { checkLabels } from '../private/kubernetes-names';

/** Options of a GPU request. */
export interface GpuOptions {
  /**
   * Labels of the nodes that have the right GPU, such as `{ 'node.kubernetes.io/instance-type': 'g5.xlarge' }`.
   *
   * @default - any node that offers the resource
   */
  readonly nodeLabels?: { [key: string]: string };
}

/**
 * GPUs for each pod: the extended resource, a toleration of the taint that keeps other pods off such nodes, and the choice of nodes.
 *
 * @see https://kubernetes.io/docs/tasks/manage-gpus/scheduling-gpus/
 */
export class Gpu {
  /**
   * GPUs of NVIDIA's device plugin (`nvidia.com/gpu`).
   *
   * @param count GPUs for each pod
   * @param options which nodes
   */
  public static nvidia(count: number, options: GpuOptions = {}): Gpu {
    return Gpu.of('nvidia.com/gpu', count, options);
  }

  /**
   * Devices of another plugin. Its nodes are expected to carry a taint of the same name.
   *
   * @param resourceName such as `amd.com/gpu`
   * @param count devices for each pod
   * @param options which nodes
   * @throws if the count is not a positive integer, the name has no domain, or Kubernetes would refuse a label
   */
  public static of(resourceName: string, count: number, options: GpuOptions = {}): Gpu {
    if (!Number.isInteger(count) || count < 1) {
      throw new InputError('serving/malformed-gpu-count', `'count' of '${resourceName}' must be a positive integer, got ${count}; a device cannot be shared by halves`);
    }
    if (!/^[a-z0-9.-]+\/[A-Za-z0-9._-]+$/.test(resourceName)) {
      throw new InputError('serving/malformed-gpu-resource', `'resourceName' must look like 'nvidia.com/gpu', got '${resourceName}'`);
    }
    const nodeLabels = options.nodeLabels ?? {};
    const problems = new InputProblems();
    checkLabels('nodeLabels', nodeLabels, problems);
    problems.throwAll();
    return new Gpu(resourceName, count, nodeLabels);
  }

  private constructor(
    /** Name of the extended resource. */
    public readonly resourceName: string,
    /** Devices for each pod. */
    public readonly count: number,
    /** Labels of the nodes that have the right device. */
    public readonly nodeLabels: { [key: string]: string },
  ) {}
}
