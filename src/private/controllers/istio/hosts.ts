import { Violation } from '../controller-rule';

const LABEL = /^[a-zA-Z0-9]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$/;

/** @see https://github.com/istio/istio/blob/master/pkg/config/labels/instance.go IsDNS1123Label */
export function isIstioLabel(name: string): boolean {
  return LABEL.test(name);
}

/**
 * Whether a text is the name of a host, whose first part may be or begin with `*`.
 *
 * @see https://github.com/istio/istio/blob/master/pkg/config/validation/agent/validation.go ValidateWildcardDomain
 */
export function isWildcardDomain(host: string): boolean {
  const [first, ...others] = host.split('.');
  return host.length <= 255 && first.length <= 63 && (first === '*' || LABEL.test(first.replace(/^\*-?/, ''))) && (others.length === 0 || areLabels(others));
}

/** Whether a text is the name of a host. */
export function isDomain(host: string): boolean {
  return host.length <= 255 && host.length > 0 && areLabels(host.split('.'));
}

/** The last part may be empty, as in `istio.io.`, and must not be a number. */
function areLabels(labels: string[]): boolean {
  const last = labels.at(-1)!;
  return !/^[+-]?\d+$/.test(last) && labels.every((label, i) => LABEL.test(label) || (label === '' && i === labels.length - 1));
}

/** Whether a text is an address, such as `10.0.0.1` or `::1`. */
export function isAddress(host: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(host) || (host.includes(':') && /^[0-9a-fA-F:.]+$/.test(host));
}

/** What is wrong with the labels that a policy selects by. */
export function badSelector(labels: { [key: string]: string } = {}, field: string): Violation[] {
  return Object.entries(labels).filter(([key, value]) => key === '' || `${key}${value}`.includes('*')).map(([key, value]) => ({
    field, problem: "must have keys, and no '*'", value: `${key}: ${value}`, remedy: 'name the labels of the pods',
  }));
}
