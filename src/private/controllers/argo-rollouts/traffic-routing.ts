import { canaryOf, hasRouter, ROLLOUT } from './kinds';
import { ControllerRule, Violation } from '../controller-rule';

/**
 * What needs a router, and what a router needs.
 *
 * @see https://github.com/argoproj/argo-rollouts/blob/v1.10.1/pkg/apis/rollouts/validation/validation.go ValidateRolloutStrategyCanary
 * @see https://github.com/argoproj/argo-rollouts/blob/v1.10.1/pkg/apis/rollouts/validation/validation_references.go ValidateRolloutNginxIngressesConfig, ValidateRolloutAlbIngressesConfig, ValidateRolloutVirtualServicesConfig
 */
export const trafficRouting: ControllerRule[] = [
  {
    ruleId: 'argo-rollouts/scale-down-delay-without-router',
    kinds: [ROLLOUT],
    violations: (rollout) => {
      const canary = canaryOf(rollout);
      return canary && !canary.trafficRouting && canary.scaleDownDelaySeconds !== undefined ? [{
        field: 'spec.strategy.canary.scaleDownDelaySeconds',
        problem: "needs 'trafficRouting': without a router, pods that stay would get requests",
        value: canary.scaleDownDelaySeconds,
        remedy: 'remove it, or let a router share requests out',
      }] : [];
    },
  },
  {
    ruleId: 'argo-rollouts/dynamic-scale-without-router',
    kinds: [ROLLOUT],
    violations: (rollout) => {
      const canary = canaryOf(rollout);
      return canary?.dynamicStableScale && !canary.trafficRouting ? [{
        field: 'spec.strategy.canary.dynamicStableScale', problem: "needs 'trafficRouting'", value: true, remedy: 'remove it, or let a router share requests out',
      }] : [];
    },
  },
  {
    ruleId: 'argo-rollouts/dynamic-scale-with-delay',
    kinds: [ROLLOUT],
    violations: (rollout) => {
      const canary = canaryOf(rollout);
      return canary?.trafficRouting && canary.dynamicStableScale && canary.scaleDownDelaySeconds !== undefined ? [{
        field: 'spec.strategy.canary.dynamicStableScale', problem: "must not be combined with 'scaleDownDelaySeconds'", value: true, remedy: 'keep one of them',
      }] : [];
    },
  },
  {
    ruleId: 'argo-rollouts/max-weight-router',
    kinds: [ROLLOUT],
    violations: (rollout) => {
      const canary = canaryOf(rollout);
      const max = canary?.trafficRouting?.maxTrafficWeight;
      return max !== undefined && !hasRouter(canary, 'nginx', 'plugins') ? [{
        field: 'spec.strategy.canary.trafficRouting.maxTrafficWeight', problem: 'needs nginx or a plugin as the router', value: max, remedy: 'remove it: weights are from 0 to 100',
      }] : [];
    },
  },
  {
    ruleId: 'argo-rollouts/one-way-to-name-ingresses',
    kinds: [ROLLOUT],
    violations: (rollout) => {
      const { nginx, alb } = canaryOf(rollout)?.trafficRouting ?? {};
      return [...exactlyOne('nginx', nginx, 'stableIngress', 'stableIngresses'), ...exactlyOne('alb', alb, 'ingress', 'ingresses')];
    },
  },
  {
    ruleId: 'argo-rollouts/one-way-to-name-virtual-services',
    kinds: [ROLLOUT],
    violations: (rollout) => exactlyOne('istio', canaryOf(rollout)?.trafficRouting?.istio, 'virtualService', 'virtualServices'),
  },
];

function exactlyOne(router: string, settings: any, one: string, many: string): Violation[] {
  return !settings || Boolean(settings[one]) !== (settings[many] !== undefined) ? [] : [{
    field: `spec.strategy.canary.trafficRouting.${router}`, problem: `must have exactly one of '${one}' and '${many}'`, remedy: 'keep one of them',
  }];
}
