import { canaryOf, ROLLOUT } from './kinds';
import { groupKindOf } from '../../workloads';
import { ControllerRule, ManifestLookup, Violation } from '../controller-rule';

/** @see https://github.com/argoproj/argo-rollouts/blob/v1.10.1/pkg/apis/rollouts/validation/validation_references.go ValidateService */
export const serviceSelectors: ControllerRule[] = [
  {
    ruleId: 'argo-rollouts/service-selects-other-pods',
    kinds: [ROLLOUT],
    violations: (rollout, lookup) => eachService(rollout, lookup, (service, field) => {
      const labels = podLabelsOf(rollout, lookup);
      return labels === undefined ? [] : Object.entries(service.spec?.selector ?? {})
        .filter(([key, value]) => key !== HASH && labels[key] !== value)
        .map(([key, value]) => ({
          field,
          problem: `must select labels of 'spec.template.metadata.labels', but the Service '${service.metadata.name}' asks for '${key}: ${value}'`,
          remedy: 'change the selector of the Service; a label that only the canary or the stable version has cannot be selected by',
        }));
    }),
  },
  {
    ruleId: 'argo-rollouts/service-of-another-rollout',
    kinds: [ROLLOUT],
    violations: (rollout, lookup) => eachService(rollout, lookup, (service, field) => {
      const owner = service.metadata.annotations?.['argo-rollouts.argoproj.io/managed-by-rollouts'];
      return owner === undefined || owner === rollout.metadata.name ? [] : [{
        field, problem: `must name a Service of this rollout, but '${service.metadata.name}' is managed by the rollout '${owner}'`, remedy: 'give each rollout Services of its own',
      }];
    }),
  },
];

const HASH = 'rollouts-pod-template-hash';

/** Labels of the pods; undefined where their template stands in a workload that the app does not make. */
function podLabelsOf({ metadata, spec }: any, lookup: ManifestLookup): any {
  if (!spec.workloadRef) {return spec.template?.metadata?.labels ?? {};}
  const { apiVersion = '', kind, name } = spec.workloadRef;
  return lookup.named(groupKindOf({ apiVersion, kind }), metadata.namespace ?? '', name)?.spec?.template?.metadata?.labels;
}

/** Names of the Services of a rollout, with the fields that name them. */
export function namedServices(rollout: any): { readonly field: string; readonly name: string }[] {
  const { blueGreen } = rollout.spec.strategy ?? {};
  const canary = canaryOf(rollout);
  const found: [string, string | undefined][] = canary ? [
    ['canary.stableService', canary.stableService], ['canary.canaryService', canary.canaryService],
    ['canary.pingPong.pingService', canary.pingPong?.pingService], ['canary.pingPong.pongService', canary.pingPong?.pongService],
  ] : [['blueGreen.activeService', blueGreen?.activeService], ['blueGreen.previewService', blueGreen?.previewService]];
  return found.flatMap(([field, name]) => name ? [{ field: `spec.strategy.${field}`, name }] : []);
}

function eachService(rollout: any, lookup: ManifestLookup, check: (service: any, field: string) => Violation[]): Violation[] {
  const namespace = rollout.metadata.namespace ?? '';
  return namedServices(rollout).flatMap(({ field, name }) => {
    const service = lookup.named('/Service', namespace, name);
    return service === undefined ? [] : check(service, field);
  });
}
