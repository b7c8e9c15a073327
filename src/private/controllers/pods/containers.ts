import { badDnsLabel, eachContainer, hasPods, isPortName, isPortNumber, podOf, repeated, TEMPLATE } from './pod-shapes';
import { isLabelKey, isSubdomain } from '../../kubernetes-names';
import { parseQuantity } from '../../quantity';
import { ROLLOUT } from '../argo-rollouts/kinds';
import { ControllerRule, Violation } from '../controller-rule';

/**
 * What a controller asks of containers before it makes pods of them: the API server sees them only then.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/apis/core/validation/validation.go validateContainers
 */
export const containers: ControllerRule[] = [
  {
    ruleId: 'kubernetes/no-containers',
    kinds: [ROLLOUT],
    violations: (rollout) => !hasPods(rollout) || podOf(rollout).containers?.length > 0 ? [] : [{
      field: `${TEMPLATE}.spec.containers`, problem: 'must hold at least one', remedy: 'say what runs',
    }],
  },
  {
    ruleId: 'kubernetes/container-name',
    kinds: [ROLLOUT],
    violations: (rollout) => eachContainer(rollout, ({ name }, field) => badDnsLabel(name, `${field}.name`)),
  },
  {
    ruleId: 'kubernetes/container-name-taken',
    kinds: [ROLLOUT],
    violations: (rollout) => {
      const { containers: main = [], initContainers = [] } = podOf(rollout);
      return repeated([...main, ...initContainers].map(({ name }) => name)).map(({ name }) => ({
        field: `${TEMPLATE}.spec.containers`, problem: 'and initContainers must have different names', value: name, remedy: 'rename one of them',
      }));
    },
  },
  {
    ruleId: 'kubernetes/no-image',
    kinds: [ROLLOUT],
    violations: (rollout) => eachContainer(rollout, ({ image }, field) => image ? [] : [{ field: `${field}.image`, problem: 'must be given', remedy: 'name an image, by digest' }]),
  },
  {
    ruleId: 'kubernetes/container-choices',
    kinds: [ROLLOUT],
    violations: (rollout) => eachContainer(rollout, (container, field) => [
      { name: 'imagePullPolicy', values: ['Always', 'IfNotPresent', 'Never'] }, { name: 'terminationMessagePolicy', values: ['File', 'FallbackToLogsOnError'] },
    ].filter(({ name, values }) => container[name] && !values.includes(container[name])).map(({ name, values }) => ({
      field: `${field}.${name}`, problem: `must be one of ${values.join(', ')}`, value: container[name], remedy: 'use one of them',
    }))),
  },
  {
    ruleId: 'kubernetes/container-restart-policy',
    kinds: [ROLLOUT],
    violations: (rollout) => eachContainer(rollout, ({ restartPolicy }, field, isInit) => restartPolicy === undefined || (isInit && restartPolicy === 'Always') ? [] : [{
      field: `${field}.restartPolicy`, problem: isInit ? "must be 'Always' where it is given" : 'must be left out: only init containers have one', value: restartPolicy, remedy: 'remove it',
    }]),
  },
  {
    ruleId: 'kubernetes/container-port',
    kinds: [ROLLOUT],
    violations: (rollout) => eachContainer(rollout, ({ ports = [] }, field) => ports.flatMap((port: any, i: number) => {
      const { containerPort, hostPort = 0, name, protocol } = port;
      const place = `${field}.ports[${i}]`;
      return [
        ...isPortNumber(containerPort) ? [] : [{ field: `${place}.containerPort`, problem: 'must be from 1 to 65535', value: containerPort, remedy: 'change the port' }],
        ...hostPort === 0 || isPortNumber(hostPort) ? [] : [{ field: `${place}.hostPort`, problem: 'must be from 1 to 65535', value: hostPort, remedy: 'change the port' }],
        ...!name || isPortName(name) ? [] : [{
          field: `${place}.name`, problem: "must be at most 15 lower case letters, digits and single '-', with a letter, neither starting nor ending with '-'", value: name, remedy: 'change the name',
        }],
        ...!protocol || ['TCP', 'UDP', 'SCTP'].includes(protocol) ? [] : [{ field: `${place}.protocol`, problem: 'must be TCP, UDP or SCTP', value: protocol, remedy: 'use one of them' }],
      ];
    })),
  },
  {
    ruleId: 'kubernetes/container-port-name-taken',
    kinds: [ROLLOUT],
    violations: (rollout) => eachContainer(rollout, ({ ports = [] }, field) => repeated(ports.map(({ name }: any) => name || undefined))
      .filter(({ name }) => name).map(({ name, index }) => ({
        field: `${field}.ports[${index}].name`, problem: 'must differ from those before it', value: name, remedy: 'rename the port',
      }))),
  },
  {
    ruleId: 'kubernetes/environment-variable',
    kinds: [ROLLOUT],
    violations: (rollout) => eachContainer(rollout, ({ env = [] }, field) => env.flatMap(({ name = '', value, valueFrom }: any, i: number) => [
      ...isVariableName(name) ? [] : [{
        field: `${field}.env[${i}].name`, problem: "must be letters, digits, '_', '-' and '.', not starting with a digit", value: name, remedy: 'change the name',
      }],
      ...!valueFrom || (Object.keys(valueFrom).length === 1 && !value) ? [] : [{
        field: `${field}.env[${i}].valueFrom`, problem: "must have exactly one source, and no 'value' beside it", remedy: 'keep one of them',
      }],
    ])),
  },
  {
    ruleId: 'kubernetes/environment-source',
    kinds: [ROLLOUT],
    violations: (rollout) => eachContainer(rollout, ({ env = [], envFrom = [] }, field) => [
      ...env.flatMap(({ valueFrom }: any, i: number) => badSource(valueFrom, `${field}.env[${i}].valueFrom`)),
      ...envFrom.flatMap(({ prefix, configMapRef, secretRef }: any, i: number) => [
        ...prefix && !isVariableName(prefix) ? [{ field: `${field}.envFrom[${i}].prefix`, problem: 'must be the beginning of a name of a variable', value: prefix, remedy: 'change the prefix' }] : [],
        ...isSubdomain((configMapRef ?? secretRef)?.name ?? '') && !(configMapRef && secretRef) ? [] : [{
          field: `${field}.envFrom[${i}]`, problem: "must name one ConfigMap or Secret, by 'configMapRef' or 'secretRef'", remedy: 'name it',
        }],
      ]),
    ]),
  },
  {
    ruleId: 'kubernetes/quantity',
    kinds: [ROLLOUT],
    violations: (rollout) => eachContainer(rollout, ({ resources = {} }, field) => ['requests', 'limits'].flatMap((which) => Object.entries(resources[which] ?? {})
      .filter(([, amount]) => !((parseQuantity(amount) ?? -1) >= 0))
      .map(([name, amount]) => ({ field: `${field}.resources.${which}.${name}`, problem: "must be a quantity such as '500m' or '2Gi'", value: amount, remedy: 'change the amount' })))),
  },
  {
    ruleId: 'kubernetes/resource-beyond-limit',
    kinds: [ROLLOUT],
    violations: (rollout) => eachContainer(rollout, ({ resources: { requests = {}, limits = {} } = {} }, field) => Object.keys(requests)
      .filter((name) => (parseQuantity(requests[name]) ?? 0) > (parseQuantity(limits[name]) ?? Infinity))
      .map((name) => ({ field: `${field}.resources.requests.${name}`, problem: `must not be more than the limit (${limits[name]})`, value: requests[name], remedy: 'change one of them' }))),
  },
  {
    ruleId: 'kubernetes/privileged-without-escalation',
    kinds: [ROLLOUT],
    violations: (rollout) => eachContainer(rollout, ({ securityContext: own = {} }, field) =>
      own.privileged && own.allowPrivilegeEscalation === false ? [{
        field: `${field}.securityContext`, problem: "must not have 'privileged: true' and 'allowPrivilegeEscalation: false'", remedy: "remove 'privileged'",
      }] : []),
  },
];

function isVariableName(name: string): boolean {
  return /^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(name) && name !== '.' && !name.startsWith('..');
}

const FIELDS = [
  'metadata.name', 'metadata.namespace', 'metadata.uid', 'spec.nodeName', 'spec.serviceAccountName', 'status.hostIP', 'status.hostIPs', 'status.podIP', 'status.podIPs',
];

/** @see https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/apis/core/validation/validation.go validateEnvVarValueFrom */
function badSource({ secretKeyRef, configMapKeyRef, fieldRef }: any = {}, field: string): Violation[] {
  const keys = Object.entries({ secretKeyRef, configMapKeyRef }).filter(([, reference]) => reference !== undefined);
  return [
    ...keys.filter(([, { name = '', key = '' }]) => !isSubdomain(name) || !isDataKey(key)).map(([name, reference]) => ({
      field: `${field}.${name}`, problem: "must have the 'name' of an object and a 'key' of it", value: reference, remedy: 'complete it',
    })),
    ...fieldRef && !isPodField(fieldRef) ? [{
      field: `${field}.fieldRef.fieldPath`, problem: `must be one of ${FIELDS.join(', ')}, or a label or annotation such as metadata.labels['app']`, value: fieldRef.fieldPath, remedy: 'change the path',
    }] : [],
  ];
}

function isDataKey(key: string): boolean {
  return /^[-._a-zA-Z0-9]{1,253}$/.test(key) && key !== '.' && !key.startsWith('..');
}

function isPodField({ apiVersion = 'v1', fieldPath = '' }: any): boolean {
  const [, of, key] = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(fieldPath) ?? [];
  return apiVersion === 'v1' && (FIELDS.includes(fieldPath) || (of !== undefined && isLabelKey(of === 'annotations' ? key.toLowerCase() : key)));
}
