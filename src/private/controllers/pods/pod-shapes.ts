import { isDnsLabel } from '../../kubernetes-names';
import { Violation } from '../controller-rule';

/** Where the pods of a rollout stand. */
export const TEMPLATE = 'spec.template';

/** The pod of a rollout; empty where its template stands elsewhere. */
export function podOf({ spec }: any): any {
  return spec.workloadRef ? {} : spec.template?.spec ?? {};
}

/** Whether a rollout has pods of its own. */
export function hasPods({ spec }: any): boolean {
  return spec.workloadRef === undefined;
}

/** What each container violates. */
export function eachContainer(rollout: any, check: (container: any, field: string, isInit: boolean) => Violation[]): Violation[] {
  const { containers = [], initContainers = [] } = podOf(rollout);
  const all = (list: any[], field: string) => list.flatMap((container, i) => check(container, `${TEMPLATE}.spec.${field}[${i}]`, field === 'initContainers'));
  return [...all(containers, 'containers'), ...all(initContainers, 'initContainers')];
}

/** Violations of a name that must be a DNS label. */
export function badDnsLabel(name: unknown, field: string): Violation[] {
  return typeof name === 'string' && isDnsLabel(name) ? [] : [{
    field, problem: "must be at most 63 lower case letters, digits and '-', starting and ending with a letter or digit", value: name ?? '', remedy: 'change the name',
  }];
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go IsValidPortName */
export function isPortName(name: string): boolean {
  return /^(?=.{1,15}$)(?=.*[a-z])(?!.*--)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name);
}

/** Whether a number can be a port. */
export function isPortNumber(port: unknown): boolean {
  return typeof port === 'number' && port >= 1 && port <= 65535;
}

/** Names that occur before, with their places. */
export function repeated(names: unknown[]): { readonly name: unknown; readonly index: number }[] {
  return names.flatMap((name, index) => names.indexOf(name) < index ? [{ name, index }] : []);
}
