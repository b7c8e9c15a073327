import { canaryOf, hasRouter, ROLLOUT } from './kinds';
import { ControllerRule } from '../controller-rule';

/** @see https://github.com/argoproj/argo-rollouts/blob/v1.10.1/pkg/apis/rollouts/validation/validation.go ValidateRolloutStrategyCanary, requireCanaryStableServices */
export const services: ControllerRule[] = [
  {
    ruleId: 'argo-rollouts/one-service-for-both',
    kinds: [ROLLOUT],
    violations: (rollout) => {
      const { canaryService, stableService } = canaryOf(rollout) ?? {};
      return canaryService && canaryService === stableService ? [{
        field: 'spec.strategy.canary.stableService', problem: "must differ from 'canaryService'", value: stableService, remedy: 'give each version a Service of its own',
      }] : [];
    },
  },
  {
    ruleId: 'argo-rollouts/one-service-for-both-colors',
    kinds: [ROLLOUT],
    violations: ({ spec: { strategy } }) => {
      const blueGreen = strategy?.blueGreen;
      return !strategy?.canary && blueGreen && (blueGreen.activeService ?? '') === (blueGreen.previewService ?? '') ? [{
        field: 'spec.strategy.blueGreen.activeService', problem: "must differ from 'previewService'", value: blueGreen.activeService, remedy: 'give each version a Service of its own',
      }] : [];
    },
  },
  {
    ruleId: 'argo-rollouts/router-without-services',
    kinds: [ROLLOUT],
    violations: (rollout) => {
      const canary = canaryOf(rollout);
      return canary && needsServices(canary) ? ['stableService', 'canaryService'].filter((field) => !canary[field]).map((field) => ({
        field: `spec.strategy.canary.${field}`, problem: 'must be given, as the router sends requests there', remedy: 'name a Service',
      })) : [];
    },
  },
  {
    ruleId: 'argo-rollouts/ping-pong-router',
    kinds: [ROLLOUT],
    violations: (rollout) => {
      const canary = canaryOf(rollout);
      return canary?.pingPong && canary.trafficRouting && !hasRouter(canary, 'alb', 'istio', 'plugins') ? [{
        field: 'spec.strategy.canary.pingPong', problem: 'needs ALB, Istio or a plugin as the router', remedy: "use 'stableService' and 'canaryService'",
      }] : [];
    },
  },
  {
    ruleId: 'argo-rollouts/ping-pong-services',
    kinds: [ROLLOUT],
    violations: (rollout) => {
      const { pingPong } = canaryOf(rollout) ?? {};
      return pingPong ? ['pingService', 'pongService'].filter((field) => !pingPong[field]).map((field) => ({
        field: `spec.strategy.canary.pingPong.${field}`, problem: 'must be given', remedy: 'name a Service',
      })) : [];
    },
  },
  {
    ruleId: 'argo-rollouts/one-service-for-ping-and-pong',
    kinds: [ROLLOUT],
    violations: (rollout) => {
      const { pingPong } = canaryOf(rollout) ?? {};
      return pingPong && (pingPong.pingService ?? '') === (pingPong.pongService ?? '') ? [{
        field: 'spec.strategy.canary.pingPong.pingService', problem: "must differ from 'pongService'", value: pingPong.pingService, remedy: 'give each version a Service of its own',
      }] : [];
    },
  },
  {
    ruleId: 'argo-rollouts/ping-pong-without-root-service',
    kinds: [ROLLOUT],
    violations: (rollout) => {
      const { pingPong, trafficRouting } = canaryOf(rollout) ?? {};
      return pingPong && trafficRouting?.alb && !trafficRouting.alb.rootService ? [{
        field: 'spec.strategy.canary.trafficRouting.alb.rootService', problem: "must be given with 'pingPong'", remedy: 'name the Service of the Ingress',
      }] : [];
    },
  },
];

function needsServices(canary: any): boolean {
  return hasRouter(canary, 'smi', 'apisix', 'ambassador', 'nginx', 'appMesh', 'traefik')
    || (!canary.pingPong && (hasRouter(canary, 'alb') || (hasRouter(canary, 'istio') && !canary.trafficRouting.istio.destinationRule)));
}
