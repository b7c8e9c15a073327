import { badDnsLabel, eachContainer, hasPods, podOf, repeated, TEMPLATE } from './pod-shapes';
import { isLabelKey, isLabelValue, isSubdomain, LABEL_VALUE_FORM } from '../../kubernetes-names';
import { ROLLOUT } from '../argo-rollouts/kinds';
import { ControllerRule } from '../controller-rule';

/** @see https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/apis/core/validation/validation.go ValidatePodTemplateSpec */
export const pods: ControllerRule[] = [
  {
    ruleId: 'kubernetes/restart-policy',
    kinds: [ROLLOUT],
    violations: (rollout) => [undefined, '', 'Always'].includes(podOf(rollout).restartPolicy) ? [] : [{
      field: `${TEMPLATE}.spec.restartPolicy`, problem: "must be 'Always'", value: podOf(rollout).restartPolicy, remedy: 'remove it',
    }],
  },
  {
    ruleId: 'kubernetes/pod-deadline',
    kinds: [ROLLOUT],
    violations: (rollout) => podOf(rollout).activeDeadlineSeconds === undefined ? [] : [{
      field: `${TEMPLATE}.spec.activeDeadlineSeconds`, problem: 'must be left out, as the pods run until they are replaced', value: podOf(rollout).activeDeadlineSeconds, remedy: 'remove it',
    }],
  },
  {
    ruleId: 'kubernetes/pod-labels',
    kinds: [ROLLOUT],
    violations: (rollout) => Object.entries<string>(hasPods(rollout) ? rollout.spec.template?.metadata?.labels ?? {} : {})
      .filter(([key, value]) => !isLabelKey(key) || !isLabelValue(value))
      .map(([key, value]) => ({ field: `${TEMPLATE}.metadata.labels`, problem: `must have keys and values of ${LABEL_VALUE_FORM}`, value: `${key}: ${value}`, remedy: 'change the label' })),
  },
  {
    ruleId: 'kubernetes/service-account-name',
    kinds: [ROLLOUT],
    violations: (rollout) => !podOf(rollout).serviceAccountName || isSubdomain(podOf(rollout).serviceAccountName) ? [] : [{
      field: `${TEMPLATE}.spec.serviceAccountName`, problem: "must be lower case letters, digits, '-' and '.'", value: podOf(rollout).serviceAccountName, remedy: 'name a ServiceAccount',
    }],
  },
  {
    ruleId: 'kubernetes/pod-names',
    kinds: [ROLLOUT],
    violations: (rollout) => {
      const { hostname, subdomain, priorityClassName, nodeName, runtimeClassName } = podOf(rollout);
      return [
        ...Object.entries({ hostname, subdomain }).filter(([, name]) => name).flatMap(([field, name]) => badDnsLabel(name, `${TEMPLATE}.spec.${field}`)),
        ...Object.entries({ priorityClassName: priorityClassName || undefined, nodeName: nodeName || undefined, runtimeClassName })
          .filter(([, name]) => name !== undefined && !isSubdomain(name)).map(([field, name]) => ({ field: `${TEMPLATE}.spec.${field}`, problem: "must be lower case letters, digits, '-' and '.'", value: name, remedy: 'change the name' })),
      ];
    },
  },
  {
    ruleId: 'kubernetes/pod-choices',
    kinds: [ROLLOUT],
    violations: (rollout) => {
      const { dnsPolicy, dnsConfig, preemptionPolicy } = podOf(rollout);
      return [
        ...!dnsPolicy || DNS_POLICIES.includes(dnsPolicy) ? [] : [{ field: `${TEMPLATE}.spec.dnsPolicy`, problem: `must be one of ${DNS_POLICIES.join(', ')}`, value: dnsPolicy, remedy: 'use one of them' }],
        ...dnsPolicy === 'None' && !(dnsConfig?.nameservers?.length > 0) ? [{ field: `${TEMPLATE}.spec.dnsConfig.nameservers`, problem: "must hold at least one with 'dnsPolicy: None'", remedy: 'say who resolves names' }] : [],
        ...preemptionPolicy === undefined || ['Never', 'PreemptLowerPriority'].includes(preemptionPolicy) ? [] : [{
          field: `${TEMPLATE}.spec.preemptionPolicy`, problem: 'must be Never or PreemptLowerPriority', value: preemptionPolicy, remedy: 'use one of them',
        }],
      ];
    },
  },
  {
    ruleId: 'kubernetes/volume',
    kinds: [ROLLOUT],
    violations: (rollout) => volumesOf(rollout).flatMap(({ name, ...sources }, i) => [
      ...badDnsLabel(name, `${TEMPLATE}.spec.volumes[${i}].name`),
      ...Object.keys(sources).length < 2 ? [] : [{
        field: `${TEMPLATE}.spec.volumes[${i}]`, problem: 'must have one source', value: Object.keys(sources).join(' and '), remedy: 'make a volume of each',
      }],
    ]),
  },
  {
    ruleId: 'kubernetes/volume-name-taken',
    kinds: [ROLLOUT],
    violations: (rollout) => repeated(volumesOf(rollout).map(({ name }) => name)).map(({ name, index }) => ({
      field: `${TEMPLATE}.spec.volumes[${index}].name`, problem: 'must differ from those before it', value: name, remedy: 'rename the volume',
    })),
  },
  {
    ruleId: 'kubernetes/unknown-volume',
    kinds: [ROLLOUT],
    violations: (rollout) => {
      const names = volumesOf(rollout).map(({ name }) => name);
      return eachContainer(rollout, ({ volumeMounts: all = [] }, field) => all.flatMap(({ name }: any, i: number) => names.includes(name) ? [] : [{
        field: `${field}.volumeMounts[${i}].name`, problem: `must be a volume of the pod${names.length > 0 ? ` (${names.join(', ')})` : ''}`, value: name, remedy: "add it to 'volumes'",
      }]));
    },
  },
  {
    ruleId: 'kubernetes/mount-path',
    kinds: [ROLLOUT],
    violations: (rollout) => eachContainer(rollout, ({ volumeMounts = [] }, field) => [
      ...volumeMounts.flatMap(({ mountPath }: any, i: number) => mountPath ? [] : [{ field: `${field}.volumeMounts[${i}].mountPath`, problem: 'must be given', remedy: 'say where' }]),
      ...repeated(volumeMounts.map(({ mountPath }: any) => mountPath)).map(({ name, index }) => ({
        field: `${field}.volumeMounts[${index}].mountPath`, problem: 'must differ from those before it', value: name, remedy: 'mount it elsewhere',
      })),
    ]),
  },
  {
    ruleId: 'kubernetes/topology-spread',
    kinds: [ROLLOUT],
    violations: (rollout) => {
      const constraints: any[] = podOf(rollout).topologySpreadConstraints ?? [];
      return [
        ...constraints.flatMap(({ maxSkew, topologyKey, whenUnsatisfiable }, i) => maxSkew >= 1 && topologyKey && ['DoNotSchedule', 'ScheduleAnyway'].includes(whenUnsatisfiable) ? [] : [{
          field: `${TEMPLATE}.spec.topologySpreadConstraints[${i}]`,
          problem: "must have a 'maxSkew' of 1 or more, a 'topologyKey' and 'DoNotSchedule' or 'ScheduleAnyway'",
          value: { maxSkew, topologyKey, whenUnsatisfiable },
          remedy: 'complete it',
        }]),
        ...repeated(constraints.map(({ topologyKey, whenUnsatisfiable }) => `${topologyKey} ${whenUnsatisfiable}`)).map(({ index }) => ({
          field: `${TEMPLATE}.spec.topologySpreadConstraints[${index}]`, problem: "must not repeat a 'topologyKey' with the same 'whenUnsatisfiable'", remedy: 'keep one of them',
        })),
      ];
    },
  },
];

const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];

function volumesOf(rollout: any): any[] {
  return podOf(rollout).volumes ?? [];
}
