import { ROLLOUT } from './kinds';
import { isLabelKey, isLabelValue, LABEL_VALUE_FORM } from '../../kubernetes-names';
import { ControllerRule, Violation } from '../controller-rule';

/**
 * Which pods belong to a rollout, and where their template stands.
 *
 * @see https://github.com/argoproj/argo-rollouts/blob/v1.10.1/pkg/apis/rollouts/validation/validation.go ValidateRolloutSpec
 */
export const selectorAndTemplate: ControllerRule[] = [
  {
    ruleId: 'argo-rollouts/no-selector',
    kinds: [ROLLOUT],
    violations: ({ spec }) => spec.workloadRef || spec.selector ? [] : [{
      field: 'spec.selector',
      problem: 'must say which pods belong to the rollout',
      remedy: "give it the labels of 'spec.template.metadata.labels'",
    }],
  },
  {
    ruleId: 'argo-rollouts/empty-selector',
    kinds: [ROLLOUT],
    violations: ({ spec }) => spec.workloadRef || !spec.selector || termsOf(spec.selector) > 0 ? [] : [{
      field: 'spec.selector',
      problem: 'must not be empty, as it would select every pod',
      remedy: "give it the labels of 'spec.template.metadata.labels'",
    }],
  },
  {
    ruleId: 'argo-rollouts/malformed-selector',
    kinds: [ROLLOUT],
    violations: ({ spec }) => malformedTerms(spec.selector),
  },
  {
    ruleId: 'argo-rollouts/selector-beside-template',
    kinds: [ROLLOUT],
    violations: ({ spec }) => spec.workloadRef || !spec.selector || termsOf(spec.selector) === 0 || malformedTerms(spec.selector).length > 0
      || selects(spec.selector, spec.template?.metadata?.labels ?? {}) ? [] : [{
        field: 'spec.selector',
        problem: "must select the labels of 'spec.template.metadata.labels'",
        value: spec.selector,
        remedy: 'give the template the labels that are selected',
      }],
  },
  {
    ruleId: 'argo-rollouts/two-templates',
    kinds: [ROLLOUT],
    violations: ({ spec }) => {
      const { labels = {}, annotations = {} } = spec.template?.metadata ?? {};
      return !spec.workloadRef || Object.keys({ ...labels, ...annotations }).length === 0 ? [] : [{
        field: 'spec.template',
        problem: "must be left out beside 'spec.workloadRef'",
        remedy: 'keep one of them',
      }];
    },
  },
];

function termsOf({ matchLabels = {}, matchExpressions = [] }: any): number {
  return Object.keys(matchLabels).length + matchExpressions.length;
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go ValidateLabelSelector */
function malformedTerms(selector: any): Violation[] {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {};
  return [
    ...Object.entries(matchLabels).flatMap(([key, value]: [string, any]) => [...badKey(key, 'spec.selector.matchLabels'), ...badValue(value, 'spec.selector.matchLabels')]),
    ...matchExpressions.flatMap((expression: any, i: number) => badExpression(expression, `spec.selector.matchExpressions[${i}]`)),
  ];
}

function badExpression({ key, operator, values = [] }: any, field: string): Violation[] {
  return [
    ...badKey(key, `${field}.key`),
    ...['In', 'NotIn', 'Exists', 'DoesNotExist'].includes(operator) ? [] : [{
      field: `${field}.operator`, problem: 'must be In, NotIn, Exists or DoesNotExist', value: operator, remedy: 'use one of them',
    }],
    ...['In', 'NotIn'].includes(operator) && values.length === 0 ? [{ field: `${field}.values`, problem: `must be given with ${operator}`, remedy: 'add values' }] : [],
    ...['Exists', 'DoesNotExist'].includes(operator) && values.length > 0 ? [{
      field: `${field}.values`, problem: `must be left out with ${operator}`, value: values, remedy: 'remove them',
    }] : [],
    ...values.flatMap((value: string) => badValue(value, `${field}.values`)),
  ];
}

function badKey(key: string, field: string): Violation[] {
  return isLabelKey(key) ? [] : [{ field, problem: `must have a key of ${LABEL_VALUE_FORM}, after an optional '<domain>/'`, value: key, remedy: 'change the key' }];
}

function badValue(value: string, field: string): Violation[] {
  return isLabelValue(value) ? [] : [{ field, problem: `must have values of ${LABEL_VALUE_FORM}`, value, remedy: 'change the value' }];
}

function selects({ matchLabels = {}, matchExpressions = [] }: any, labels: { [key: string]: string }): boolean {
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value)
    && matchExpressions.every(({ key, operator, values = [] }: any) => ({
      In: key in labels && values.includes(labels[key]),
      NotIn: !(key in labels) || !values.includes(labels[key]),
      Exists: key in labels,
      DoesNotExist: !(key in labels),
    } as { [operator: string]: boolean })[operator]);
}
