import { eachContainer } from './pod-shapes';
import { isLabelKey } from '../../kubernetes-names';
import { parseQuantity } from '../../quantity';
import { ROLLOUT } from '../argo-rollouts/kinds';
import { ControllerRule, Violation } from '../controller-rule';

/**
 * Resources beside CPU and memory, such as GPUs, of which a node cannot give more than it has.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/apis/core/validation/validation.go validateResourceRequirements, validateContainerResourceName
 */
export const devices: ControllerRule[] = [
  {
    ruleId: 'kubernetes/resource-name',
    kinds: [ROLLOUT],
    violations: (rollout) => eachAmount(rollout, (name, _, field) => isResource(name) ? [] : [{
      field, problem: "must be cpu, memory, ephemeral-storage, hugepages-<size>, or '<domain>/<name>'", value: name, remedy: 'change the name',
    }]),
  },
  {
    ruleId: 'kubernetes/part-of-a-device',
    kinds: [ROLLOUT],
    violations: (rollout) => eachAmount(rollout, (name, amount, field) => isExtended(name) && !Number.isInteger(parseQuantity(amount) ?? 0) ? [{
      field, problem: 'must be whole', value: amount, remedy: 'ask for whole ones',
    }] : []),
  },
  {
    ruleId: 'kubernetes/device-limit',
    kinds: [ROLLOUT],
    violations: (rollout) => eachContainer(rollout, ({ resources: { requests = {}, limits = {} } = {} as any }, field) => Object.keys(requests)
      .filter((name) => isExtended(name) || isHugePages(name))
      .filter((name) => parseQuantity(requests[name]) !== parseQuantity(limits[name] ?? -1)).map((name) => ({
        field: `${field}.resources.limits.${name}`, problem: `must be given, and what is requested (${requests[name]})`, value: limits[name], remedy: "give it in 'limits' only",
      }))),
  },
  {
    ruleId: 'kubernetes/huge-pages-alone',
    kinds: [ROLLOUT],
    violations: (rollout) => eachContainer(rollout, ({ resources: { requests = {}, limits = {} } = {} as any }, field) => {
      const names = [...Object.keys(requests), ...Object.keys(limits)];
      return names.some(isHugePages) && !names.some((name) => ['cpu', 'memory'].includes(name)) ? [{ field: `${field}.resources`, problem: 'must have cpu or memory beside huge pages', remedy: 'add them' }] : [];
    }),
  },
];

function eachAmount(rollout: any, check: (name: string, amount: any, field: string) => Violation[]): Violation[] {
  return eachContainer(rollout, ({ resources = {} }, field) => ['requests', 'limits'].flatMap((which) =>
    Object.entries(resources[which] ?? {}).flatMap(([name, amount]) => check(name, amount, `${field}.resources.${which}`))));
}

function isHugePages(name: string): boolean {
  return name.startsWith('hugepages-');
}

function isResource(name: string): boolean {
  if (!isLabelKey(name)) {return false;}
  return name.includes('/') ? isNative(name) || isExtended(name) : ['cpu', 'memory', 'ephemeral-storage'].includes(name) || isHugePages(name);
}

function isNative(name: string): boolean {
  return !name.includes('/') || name.includes('kubernetes.io/');
}

function isExtended(name: string): boolean {
  return !isNative(name) && !name.startsWith('requests.');
}
