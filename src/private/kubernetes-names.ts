import { InputProblems } from './input-error';

const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const NAME_OF_KEY = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** How a label value looks, for messages. */
export const LABEL_VALUE_FORM = "at most 63 letters, digits, '-', '_' and '.', starting and ending with a letter or digit";

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
export function isLabelValue(value: string): boolean {
  return LABEL_VALUE.test(value);
}

/** Key of a label or an annotation, with or without a prefix. */
export function isLabelKey(key: string): boolean {
  const parts = key.split('/');
  const name = parts.pop()!;
  return NAME_OF_KEY.test(name) && (parts.length === 0 || (parts.length === 1 && isSubdomain(parts[0])));
}

/** Name of a namespace or Service. */
export function isDnsLabel(name: string): boolean {
  return DNS_LABEL.test(name);
}

/** Name of most objects. */
export function isSubdomain(name: string): boolean {
  return name.length <= 253 && SUBDOMAIN.test(name);
}

/** Adds a problem for each label that the API server would refuse. `what` is the name of the property that holds them. */
export function checkLabels(what: string, labels: { [key: string]: string }, problems: InputProblems): void {
  for (const [key, value] of Object.entries(labels)) {
    if (!isLabelKey(key)) {
      problems.add('labels/malformed-key',
        `a key of '${what}' must be ${LABEL_VALUE_FORM}, after an optional '<domain>/', got '${key}'`);
    }
    if (typeof value !== 'string' || !isLabelValue(value)) {
      problems.add('labels/malformed-value', `'${what}' must have values of ${LABEL_VALUE_FORM}, got '${value}' for '${key}'`);
    }
  }
}
