import { canaryOf, ROLLOUT } from './kinds';
import { ControllerRule } from '../controller-rule';

/** @see https://github.com/argoproj/argo-rollouts/blob/v1.10.1/pkg/apis/rollouts/validation/validation_references.go ValidateIngress */
export const ingressBackends: ControllerRule[] = [
  {
    ruleId: 'argo-rollouts/ingress-misses-the-service',
    kinds: [ROLLOUT],
    violations: (rollout, lookup) => namedIngresses(rollout).flatMap(({ field, name, service }) => {
      const ingress = lookup.named('networking.k8s.io/Ingress', rollout.metadata.namespace ?? '', name);
      return ingress === undefined || backendsOf(ingress).includes(service) ? [] : [{
        field, problem: `must name an Ingress with a rule for the Service '${service}', but '${name}' has none`, remedy: 'send its requests there',
      }];
    }),
  },
];

/** Ingresses that a rollout moves, and the Service that each must go to. */
export function namedIngresses(rollout: any): { readonly field: string; readonly name: string; readonly service: string }[] {
  const canary = canaryOf(rollout) ?? {};
  const { alb, nginx } = canary.trafficRouting ?? {};
  const stable = canary.stableService ?? '';
  const place = 'spec.strategy.canary.trafficRouting';
  // with both, the controller looks at the Ingresses of ALB only
  if (alb) {
    return namesOf(alb.ingress, alb.ingresses).map((name) => ({ field: `${place}.alb`, name, service: alb.rootService || stable }));
  }
  return nginx ? namesOf(nginx.stableIngress, nginx.stableIngresses).map((name) => ({ field: `${place}.nginx`, name, service: stable })) : [];
}

function namesOf(one: string | undefined, many: string[] | undefined): string[] {
  return many ?? (one ? [one] : []);
}

function backendsOf(ingress: any): string[] {
  return (ingress.spec?.rules ?? []).flatMap(({ http }: any) => (http?.paths ?? []).map(({ backend }: any) => backend?.service?.name ?? ''));
}
