import { FindingSeverity } from '../../core/findings';
import { containersOf, ContainerShape, podsOf, PodShape } from '../../private/workloads';
import { IPolicyRule, PolicyFinding } from '../rule';

/**
 * A pod must fit a namespace that enforces the restricted Pod Security Standard.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
export class RestrictedPodSecurity implements IPolicyRule {
  public readonly ruleId = 'hardening/restricted-pod-security';
  public readonly severity = FindingSeverity.ERROR;

  public check(manifest: any): PolicyFinding[] {
    return podsOf(manifest).filter((pod) => pod.complete).flatMap((pod) => [
      ...containersOf(pod)
        .map((shape) => ({ where: shape.where, missing: missingIn(pod, shape) }))
        .filter(({ missing }) => missing.length > 0)
        .map(({ where, missing }) => ({
          message: `${where} would be refused by a restricted namespace: ${missing.join(', ')}`,
          remedy: 'set these fields of its securityContext',
        })),
      ...(pod.spec.volumes ?? [])
        .map((volume: any) => ({ name: volume.name, type: Object.keys(volume).find((field) => field !== 'name') }))
        .filter(({ type }: any) => type !== undefined && !VOLUME_TYPES.includes(type))
        .map(({ name, type }: any) => ({
          message: `volume '${name}' would be refused by a restricted namespace: ${type} is none of the types that it allows`,
          remedy: 'mount it through a persistentVolumeClaim',
        })),
    ]);
  }
}

/** What a restricted namespace allows, image volumes of newer clusters, and hostPath, which has a rule of its own. */
const VOLUME_TYPES = [
  'configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'persistentVolumeClaim', 'projected', 'secret', 'image', 'hostPath',
];

function missingIn(pod: PodShape, { container }: ContainerShape): string[] {
  const own = container.securityContext ?? {};
  const ofPod = pod.spec.securityContext ?? {};
  const either = (field: string) => own[field] ?? ofPod[field];
  const added = (own.capabilities?.add ?? []).filter((capability: string) => capability !== 'NET_BIND_SERVICE');
  const demands: [boolean, string][] = [
    [own.privileged !== true, 'privileged must not be true'],
    [own.allowPrivilegeEscalation === false, 'allowPrivilegeEscalation must be false'],
    [(own.capabilities?.drop ?? []).includes('ALL'), 'capabilities.drop must be [ALL]'],
    [added.length === 0, `capabilities.add must not contain ${added.join(', ')}`],
    [either('runAsNonRoot') === true, 'runAsNonRoot must be true'],
    [either('runAsUser') !== 0, 'runAsUser must not be 0'],
    [['RuntimeDefault', 'Localhost'].includes(either('seccompProfile')?.type), 'seccompProfile.type must be RuntimeDefault'],
    [[undefined, 'Default'].includes(own.procMount), 'procMount must be Default'],
  ];
  return demands.filter(([met]) => !met).map(([, demand]) => demand);
}
