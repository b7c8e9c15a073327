import { eachContainer, podOf, TEMPLATE } from './pod-shapes';
import { ROLLOUT } from '../argo-rollouts/kinds';
import { ControllerRule, Violation } from '../controller-rule';

/**
 * As whom containers run, and what they may ask of the kernel.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/apis/core/validation/validation.go ValidateSecurityContext, validatePodSpecSecurityContext
 */
export const security: ControllerRule[] = [
  {
    ruleId: 'kubernetes/user-id',
    kinds: [ROLLOUT],
    violations: (rollout) => eachContext(rollout, (context, field) => [
      ...['runAsUser', 'runAsGroup', 'fsGroup'].flatMap((name) => badId(context[name], `${field}.${name}`)),
      ...(context.supplementalGroups ?? []).flatMap((id: number, i: number) => badId(id, `${field}.supplementalGroups[${i}]`)),
    ]),
  },
  {
    ruleId: 'kubernetes/seccomp-profile',
    kinds: [ROLLOUT],
    violations: (rollout) => eachContext(rollout, ({ seccompProfile }, field) => {
      if (!seccompProfile) {return [];}
      const { type, localhostProfile } = seccompProfile;
      const isRight = type === 'Localhost' ? localhostProfile !== undefined && !/^\/|(^|\/)\.\.(\/|$)/.test(localhostProfile) : PROFILES.includes(type) && localhostProfile === undefined;
      return isRight ? [] : [{
        field: `${field}.seccompProfile`, problem: "must be of the type RuntimeDefault or Unconfined, or Localhost with a relative 'localhostProfile'", value: seccompProfile, remedy: "say 'type: RuntimeDefault'",
      }];
    }),
  },
  {
    ruleId: 'kubernetes/security-choices',
    kinds: [ROLLOUT],
    violations: (rollout) => eachContext(rollout, (context, field) => [
      { name: 'fsGroupChangePolicy', values: ['Always', 'OnRootMismatch'] }, { name: 'procMount', values: ['Default'] },
    ].filter(({ name, values }) => context[name] !== undefined && !values.includes(context[name])).map(({ name, values }) => ({
      field: `${field}.${name}`, problem: `must be ${values.join(' or ')}`, value: context[name], remedy: 'remove it',
    }))),
  },
  {
    ruleId: 'kubernetes/escalation-by-capability',
    kinds: [ROLLOUT],
    violations: (rollout) => eachContainer(rollout, ({ securityContext: { allowPrivilegeEscalation, capabilities } = {} as any }, field) =>
      allowPrivilegeEscalation === false && (capabilities?.add ?? []).includes('CAP_SYS_ADMIN') ? [{
        field: `${field}.securityContext.capabilities.add`, problem: "must not hold CAP_SYS_ADMIN with 'allowPrivilegeEscalation: false'", value: capabilities.add, remedy: 'remove it',
      }] : []),
  },
];

const PROFILES = ['RuntimeDefault', 'Unconfined'];
const LARGEST_ID = 2 ** 31 - 1;

/** Of the pod and of its containers. */
function eachContext(rollout: any, check: (context: any, field: string) => Violation[]): Violation[] {
  const { securityContext = {} } = podOf(rollout);
  return [
    ...check(securityContext, `${TEMPLATE}.spec.securityContext`),
    ...eachContainer(rollout, (container, field) => container.securityContext ? check(container.securityContext, `${field}.securityContext`) : []),
  ];
}

function badId(id: number | undefined, field: string): Violation[] {
  return id === undefined || (id >= 0 && id <= LARGEST_ID) ? [] : [{ field, problem: `must be from 0 to ${LARGEST_ID}`, value: id, remedy: 'change the number' }];
}
