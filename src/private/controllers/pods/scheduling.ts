import { podOf, TEMPLATE } from './pod-shapes';
import { isLabelKey, isLabelValue, LABEL_VALUE_FORM } from '../../kubernetes-names';
import { ROLLOUT } from '../argo-rollouts/kinds';
import { ControllerRule, Violation } from '../controller-rule';

/**
 * Which nodes pods may go to.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/apis/core/validation/validation.go ValidateTolerations, validateAffinity
 */
export const scheduling: ControllerRule[] = [
  {
    ruleId: 'kubernetes/node-selector',
    kinds: [ROLLOUT],
    violations: (rollout) => Object.entries<string>(podOf(rollout).nodeSelector ?? {})
      .filter(([key, value]) => !isLabelKey(key) || !isLabelValue(value)).map(([key, value]) => ({
        field: `${SPEC}.nodeSelector`, problem: `must have keys and values of ${LABEL_VALUE_FORM}`, value: `${key}: ${value}`, remedy: 'name labels of nodes',
      })),
  },
  {
    ruleId: 'kubernetes/toleration',
    kinds: [ROLLOUT],
    violations: (rollout) => (podOf(rollout).tolerations ?? []).flatMap(({ key, operator = '', value = '', effect = '', tolerationSeconds }: any, i: number) => {
      const field = `${SPEC}.tolerations[${i}]`;
      return [
        ...!key || isLabelKey(key) ? [] : [{ field: `${field}.key`, problem: 'must be the key of a taint', value: key, remedy: 'change the key' }],
        ...key || operator === 'Exists' ? [] : [{ field: `${field}.operator`, problem: "must be 'Exists' without a key", value: operator, remedy: 'name the key of the taint' }],
        ...['Equal', 'Exists', ''].includes(operator) ? [] : [{ field: `${field}.operator`, problem: "must be 'Equal' or 'Exists'", value: operator, remedy: 'use one of them' }],
        ...operator === 'Exists' && value !== '' ? [{ field: `${field}.value`, problem: "must be left out with 'Exists'", value, remedy: 'remove it' }] : [],
        ...['Equal', ''].includes(operator) && !isLabelValue(value) ? [{ field: `${field}.value`, problem: 'must be the value of a taint', value, remedy: 'change the value' }] : [],
        ...['', 'NoSchedule', 'PreferNoSchedule', 'NoExecute'].includes(effect) ? [] : [{ field: `${field}.effect`, problem: 'must be NoSchedule, PreferNoSchedule or NoExecute', value: effect, remedy: 'use one of them' }],
        ...tolerationSeconds !== undefined && effect !== 'NoExecute' ? [{ field: `${field}.tolerationSeconds`, problem: "needs 'effect: NoExecute'", value: tolerationSeconds, remedy: 'remove it' }] : [],
      ];
    }),
  },
  {
    ruleId: 'kubernetes/node-affinity',
    kinds: [ROLLOUT],
    violations: (rollout) => {
      const { [REQUIRED]: required, [PREFERRED]: preferred = [] } = podOf(rollout).affinity?.nodeAffinity ?? {};
      const place = `${SPEC}.affinity.nodeAffinity`;
      const terms: any[] = required?.nodeSelectorTerms ?? [];
      return [
        ...required && terms.length === 0 ? [{ field: `${place}.${REQUIRED}.nodeSelectorTerms`, problem: 'must hold at least one', remedy: 'say which nodes' }] : [],
        ...terms.flatMap((term, i) => badExpressions(term, `${place}.${REQUIRED}.nodeSelectorTerms[${i}]`, true)),
        ...preferred.flatMap(({ preference, weight }: any, i: number) => [...badWeight(weight, `${place}.${PREFERRED}[${i}].weight`), ...badExpressions(preference, `${place}.${PREFERRED}[${i}].preference`, false)]),
      ];
    },
  },
  {
    ruleId: 'kubernetes/pod-affinity',
    kinds: [ROLLOUT],
    violations: (rollout) => ['podAffinity', 'podAntiAffinity'].flatMap((which) => {
      const { [REQUIRED]: required = [], [PREFERRED]: preferred = [] } = podOf(rollout).affinity?.[which] ?? {};
      const place = `${SPEC}.affinity.${which}`;
      return [
        ...required.flatMap(({ topologyKey }: any, i: number) => badTopology(topologyKey, `${place}.${REQUIRED}[${i}].topologyKey`)),
        ...preferred.flatMap(({ podAffinityTerm, weight }: any, i: number) => [
          ...badWeight(weight, `${place}.${PREFERRED}[${i}].weight`), ...badTopology(podAffinityTerm?.topologyKey, `${place}.${PREFERRED}[${i}].podAffinityTerm.topologyKey`),
        ]),
      ];
    }),
  },
];

const SPEC = `${TEMPLATE}.spec`;
const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

/** How many values each operator takes. */
const VALUES: { [operator: string]: (count: number) => boolean } = {
  In: (count) => count > 0,
  NotIn: (count) => count > 0,
  Exists: (count) => count === 0,
  DoesNotExist: (count) => count === 0,
  Gt: (count) => count === 1,
  Lt: (count) => count === 1,
};

function badExpressions({ matchExpressions = [] }: any = {}, field: string, asksForLabels: boolean): Violation[] {
  return matchExpressions.flatMap(({ key, operator, values = [] }: any, i: number) =>
    isLabelKey(key ?? '') && VALUES[operator]?.(values.length) && (!asksForLabels || values.every(isLabelValue)) ? [] : [{
      field: `${field}.matchExpressions[${i}]`, problem: `must have the key of a label, one of ${Object.keys(VALUES).join(', ')}, and the values that it takes`, value: { key, operator, values }, remedy: 'complete it',
    }]);
}

function badWeight(weight: number, field: string): Violation[] {
  return weight >= 1 && weight <= 100 ? [] : [{ field, problem: 'must be from 1 to 100', value: weight, remedy: 'change the weight' }];
}

function badTopology(key: string | undefined, field: string): Violation[] {
  return key && isLabelKey(key) ? [] : [{ field, problem: "must be the key of a label of nodes, such as 'kubernetes.io/hostname'", value: key, remedy: 'say within what' }];
}
