import { eachContainer, podOf, TEMPLATE } from './pod-shapes';
import { parseQuantity } from '../../quantity';
import { ROLLOUT } from '../argo-rollouts/kinds';
import { ControllerRule, Violation } from '../controller-rule';

/**
 * What volumes hold, and how they are mounted. Volumes of single cloud providers are left to Kubernetes.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/apis/core/validation/validation.go validateVolumeSource, ValidateVolumeMounts
 */
export const volumes: ControllerRule[] = [
  {
    ruleId: 'kubernetes/volume-of-nothing',
    kinds: [ROLLOUT],
    violations: (rollout) => eachVolume(rollout, (volume, field) => SOURCES.filter(([source, name]) => volume[source] && !volume[source][name])
      .map(([source, name]) => ({ field: `${field}.${source}.${name}`, problem: 'must be given', remedy: 'say what it holds' }))),
  },
  {
    ruleId: 'kubernetes/volume-items',
    kinds: [ROLLOUT],
    violations: (rollout) => eachVolume(rollout, (volume, field) => ['configMap', 'secret'].flatMap((source) => (volume[source]?.items ?? []).flatMap(({ key, path = '' }: any, i: number) =>
      key && path && !path.startsWith('..') && !isOutside(path) ? [] : [{
        field: `${field}.${source}.items[${i}]`, problem: "must have a 'key' and a relative 'path' without '..'", value: { key, path }, remedy: 'complete it',
      }]))),
  },
  {
    ruleId: 'kubernetes/file-mode',
    kinds: [ROLLOUT],
    violations: (rollout) => eachVolume(rollout, (volume, field) => ['configMap', 'secret'].flatMap((source) => [
      ...badMode(volume[source]?.defaultMode, `${field}.${source}.defaultMode`),
      ...(volume[source]?.items ?? []).flatMap(({ mode }: any, i: number) => badMode(mode, `${field}.${source}.items[${i}].mode`)),
    ])),
  },
  {
    ruleId: 'kubernetes/volume-size',
    kinds: [ROLLOUT],
    violations: (rollout) => eachVolume(rollout, ({ emptyDir: { sizeLimit = '0' } = {} as any }, field) => (parseQuantity(sizeLimit) ?? -1) >= 0 ? [] : [{
      field: `${field}.emptyDir.sizeLimit`, problem: "must be a quantity such as '2Gi'", value: sizeLimit, remedy: 'change the amount',
    }]),
  },
  {
    ruleId: 'kubernetes/volume-pull-policy',
    kinds: [ROLLOUT],
    violations: (rollout) => eachVolume(rollout, ({ image }, field) => !image || PULL_POLICIES.includes(image.pullPolicy) ? [] : [{
      // the controller fills in no default here, as the API server would
      field: `${field}.image.pullPolicy`, problem: `must be one of ${PULL_POLICIES.join(', ')}`, value: image.pullPolicy, remedy: 'add it',
    }]),
  },
  {
    ruleId: 'kubernetes/sub-path',
    kinds: [ROLLOUT],
    violations: (rollout) => eachMount(rollout, ({ subPath, subPathExpr }, field) => [
      ...Object.entries<string | undefined>({ subPath, subPathExpr }).filter(([, path]) => path && isOutside(path))
        .map(([name, path]) => ({ field: `${field}.${name}`, problem: "must be relative and without '..'", value: path, remedy: 'change the path' })),
      ...subPath && subPathExpr ? [{ field: `${field}.subPathExpr`, problem: "must be left out beside 'subPath'", value: subPathExpr, remedy: 'keep one of them' }] : [],
    ]),
  },
  {
    ruleId: 'kubernetes/mount-propagation',
    kinds: [ROLLOUT],
    violations: (rollout) => eachMount(rollout, ({ mountPropagation }, field, { securityContext }) => {
      const allowed = ['None', 'HostToContainer', ...securityContext?.privileged ? ['Bidirectional'] : []];
      return mountPropagation === undefined || allowed.includes(mountPropagation) ? [] : [{
        field: `${field}.mountPropagation`, problem: `must be one of ${allowed.join(', ')}`, value: mountPropagation, remedy: 'remove it',
      }];
    }),
  },
];

/** What each kind of volume is nothing without. */
const SOURCES: [string, string][] = [['configMap', 'name'], ['secret', 'secretName'], ['persistentVolumeClaim', 'claimName'], ['hostPath', 'path'], ['csi', 'driver']];
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const LARGEST_MODE = 0o777;

function eachVolume(rollout: any, check: (volume: any, field: string) => Violation[]): Violation[] {
  return (podOf(rollout).volumes ?? []).flatMap((volume: any, i: number) => check(volume, `${TEMPLATE}.spec.volumes[${i}]`));
}

function eachMount(rollout: any, check: (mount: any, field: string, container: any) => Violation[]): Violation[] {
  return eachContainer(rollout, (container, field) => (container.volumeMounts ?? []).flatMap((mount: any, i: number) => check(mount, `${field}.volumeMounts[${i}]`, container)));
}

function isOutside(path: string): boolean {
  return path.startsWith('/') || path.split('/').includes('..');
}

function badMode(mode: number | undefined, field: string): Violation[] {
  return mode === undefined || (mode >= 0 && mode <= LARGEST_MODE) ? [] : [{ field, problem: `must be from 0 to ${LARGEST_MODE}, which is 0777`, value: mode, remedy: 'change the mode' }];
}
