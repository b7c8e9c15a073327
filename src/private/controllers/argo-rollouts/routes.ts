import { canaryOf, hasRouter, ROLLOUT } from './kinds';
import { eachStep } from './steps';
import { ControllerRule, Violation } from '../controller-rule';

/**
 * Steps that send some requests elsewhere: by header, or as a copy.
 *
 * @see https://github.com/argoproj/argo-rollouts/blob/v1.10.1/pkg/apis/rollouts/validation/validation.go ValidateRolloutStrategyCanary, hasMultipleMatchValues, hasALBInvalidValues
 */
export const routes: ControllerRule[] = [
  {
    ruleId: 'argo-rollouts/header-route-router',
    kinds: [ROLLOUT],
    violations: (rollout) => hasRouter(canaryOf(rollout), 'istio', 'alb', 'apisix', 'plugins') ? [] : eachStep(rollout, ({ setHeaderRoute }, field) => setHeaderRoute ? [{
      field: `${field}.setHeaderRoute`, problem: 'needs Istio, ALB, Apisix or a plugin as the router', remedy: 'remove the step, or use such a router',
    }] : []),
  },
  {
    ruleId: 'argo-rollouts/mirror-route-router',
    kinds: [ROLLOUT],
    violations: (rollout) => hasRouter(canaryOf(rollout), 'istio', 'plugins') ? [] : eachStep(rollout, ({ setMirrorRoute }, field) => setMirrorRoute ? [{
      field: `${field}.setMirrorRoute`, problem: 'needs Istio or a plugin as the router', remedy: 'remove the step, or use such a router',
    }] : []),
  },
  {
    ruleId: 'argo-rollouts/header-match',
    kinds: [ROLLOUT],
    violations: (rollout) => {
      const onlyExact = hasRouter(canaryOf(rollout), 'alb');
      return eachStep(rollout, ({ setHeaderRoute }, field) => (setHeaderRoute?.match ?? []).flatMap(({ headerValue }: any, i: number) =>
        matchViolations(headerValue, `${field}.setHeaderRoute.match[${i}].headerValue`, onlyExact)));
    },
  },
  {
    ruleId: 'argo-rollouts/mirror-match',
    kinds: [ROLLOUT],
    violations: (rollout) => eachStep(rollout, ({ setMirrorRoute }, field) => (setMirrorRoute?.match ?? []).flatMap((match: any, i: number) =>
      ['method', 'path'].filter((part) => match[part] !== undefined)
        .flatMap((part) => matchViolations(match[part], `${field}.setMirrorRoute.match[${i}].${part}`, false)))),
  },
  {
    ruleId: 'argo-rollouts/route-not-managed',
    kinds: [ROLLOUT],
    violations: (rollout) => {
      const { trafficRouting } = canaryOf(rollout) ?? {};
      const managed: any[] = trafficRouting?.managedRoutes ?? [];
      return trafficRouting ? eachStep(rollout, (step, field) => ['setHeaderRoute', 'setMirrorRoute']
        .filter((kind) => step[kind] && !managed.some(({ name }) => name === (step[kind].name ?? '')))
        .map((kind) => ({
          field: `${field}.${kind}.name`,
          problem: "must stand in 'spec.strategy.canary.trafficRouting.managedRoutes'",
          value: step[kind].name ?? '',
          remedy: 'add it there; the controller makes the route and removes it',
        }))) : [];
    },
  },
];

function matchViolations(match: any, field: string, onlyExact: boolean): Violation[] {
  const given = ['exact', 'prefix', 'regex'].filter((way) => match?.[way]);
  if (onlyExact) {
    return given.length === 1 && given[0] === 'exact' ? [] : [{ field, problem: "must have 'exact', the only way that ALB matches", value: match, remedy: "use 'exact'" }];
  }
  return given.length === 1 ? [] : [{ field, problem: "must have exactly one of 'exact', 'prefix' and 'regex'", value: match, remedy: 'keep one of them' }];
}
