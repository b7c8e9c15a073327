import { containersOf, declaredFeatures, isSaid, KNATIVE_SERVICE, podOf } from './knative-service';
import { flaggedFields } from '../../knative-features';
import { ControllerRule } from '../controller-rule';

/** Fields of a revision that Knative takes, with a flag or without. */
const TAKEN = [
  'serviceAccountName', 'containers', 'volumes', 'imagePullSecrets', 'enableServiceLinks', 'automountServiceAccountToken', 'affinity', 'topologySpreadConstraints',
  'hostAliases', 'nodeSelector', 'runtimeClassName', 'tolerations', 'securityContext', 'shareProcessNamespace', 'priorityClassName', 'schedulerName', 'initContainers',
  'dnsPolicy', 'dnsConfig', 'hostIPC', 'hostPID', 'hostNetwork', 'containerConcurrency', 'timeoutSeconds', 'responseStartTimeoutSeconds', 'idleTimeoutSeconds',
];

/** Fields that the Service has no use for; a number of 0 counts as said. */
const REFUSED_EVEN_ZERO = ['terminationGracePeriodSeconds', 'activeDeadlineSeconds', 'priority'];
const SECURITY = ['runAsUser', 'runAsGroup', 'runAsNonRoot', 'fsGroup', 'supplementalGroups', 'seccompProfile'];

/** @see https://github.com/knative/serving/blob/knative-v1.21.1/pkg/apis/serving/k8s_validation.go ValidatePodSpec */
export const pods: ControllerRule[] = [
  {
    ruleId: 'knative/refused-pod-field',
    kinds: [KNATIVE_SERVICE],
    violations: (manifest) => {
      const pod = podOf(manifest);
      const isSet = (field: string) => isSaid(pod[field]) || (REFUSED_EVEN_ZERO.includes(field) && pod[field] === 0);
      const refused = Object.keys(pod).filter((field) => !TAKEN.includes(field) && isSet(field));
      const security = Object.keys(pod.securityContext ?? {}).filter((field) => !SECURITY.includes(field) && isSaid(pod.securityContext[field]));
      return [...refused, ...security.map((field) => `securityContext.${field}`)].map((field) => ({
        field: `spec.template.spec.${field}`, problem: 'must not be set, whatever the flags of the cluster are', remedy: 'leave it out',
      }));
    },
  },
  {
    ruleId: 'knative/undeclared-feature',
    kinds: [KNATIVE_SERVICE],
    violations: (manifest) => flaggedFields(podOf(manifest))
      .filter(({ feature }) => !declaredFeatures(manifest).includes(feature))
      .map(({ field, feature }) => ({
        field: `spec.template.spec.${field}`,
        problem: `needs the flag '${feature}' of Knative, which is off unless somebody enables it`,
        remedy: "enable it in config-features and name it in the annotation 'cdk8s-mlops.io/knative-features', or leave the field out",
      })),
  },
  {
    ruleId: 'knative/mounted-token',
    kinds: [KNATIVE_SERVICE],
    violations: (manifest) => podOf(manifest).automountServiceAccountToken === true ? [{
      field: 'spec.template.spec.automountServiceAccountToken', problem: 'must not be true', remedy: 'leave it out',
    }] : [],
  },
  {
    ruleId: 'knative/one-port',
    kinds: [KNATIVE_SERVICE],
    violations: (manifest) => {
      const containers = podOf(manifest).containers ?? [];
      const ports = containers.reduce((sum: number, { ports: own = [] }: any) => sum + own.length, 0);
      if (containers.length === 0) {return [{ field: 'spec.template.spec.containers', problem: 'must hold a container', remedy: 'say what runs' }];}
      return ports > 1 || (ports === 0 && containers.length > 1) ? [{
        field: 'spec.template.spec.containers', problem: `must have one port together, and have ${ports}`, remedy: 'keep the port that answers requests',
      }] : [];
    },
  },
  {
    ruleId: 'knative/volumes',
    kinds: [KNATIVE_SERVICE],
    violations: (manifest) => {
      const volumes = (podOf(manifest).volumes ?? []).map(({ name }: any) => name);
      const mounted = new Set(containersOf(manifest).flatMap(({ container }) => (container.volumeMounts ?? []).map(({ name }: any) => name)));
      const wrong = volumes.filter((name: string, i: number) => !mounted.has(name) || volumes.indexOf(name) !== i);
      const missing = [...mounted].filter((name) => !volumes.includes(name));
      return [...wrong, ...missing].map((name) => ({
        field: 'spec.template.spec.volumes', problem: 'must stand once each, and be mounted', value: name, remedy: 'mend the volume or its mount',
      }));
    },
  },
];
