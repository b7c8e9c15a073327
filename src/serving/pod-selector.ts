import { ModelServingOptions } from './model-serving-props';
import { AUDIT_PREFIX } from '../private/audit';
import { InputProblems } from '../private/input-error';
import { checkLabels } from '../private/kubernetes-names';

/** Labels that controllers give to the pods of one revision. */
const OF_ONE_REVISION = ['pod-template-hash', 'rollouts-pod-template-hash', 'controller-revision-hash'];

/** Adds what would keep pods out of a Service that selects by these labels, or let others in. */
export function findSelectorProblems(problems: InputProblems, { podSelector, labels = {} }: Pick<ModelServingOptions, 'podSelector' | 'labels'>): void {
  if (!podSelector) {return;}
  checkLabels('podSelector', podSelector, problems);
  if (Object.keys(podSelector).length === 0) {
    problems.add('serving/empty-pod-selector', "'podSelector' must hold at least one label, got none; without labels it would select every pod of the namespace");
  }
  for (const key of Object.keys(podSelector)) {
    if (OF_ONE_REVISION.includes(key)) {
      problems.add('serving/selector-of-one-revision', `'podSelector' must not hold '${key}', which every version has another value of; name the labels of all versions`);
    }
    if (key.startsWith(AUDIT_PREFIX)) {
      problems.add('serving/reserved-selector', `'podSelector' must not hold '${key}': labels of '${AUDIT_PREFIX}' say what a model is; drop it`);
    }
    if (key in labels && labels[key] !== podSelector[key]) {
      problems.add('serving/selector-against-labels',
        `'podSelector' and 'labels' must agree, got '${podSelector[key]}' and '${labels[key]}' for '${key}'; drop it from 'labels'`);
    }
  }
}
