import { analysisUses } from './analysis-uses';
import { namedIngresses } from './ingress-backends';
import { namedServices } from './service-selectors';
import { namedVirtualServices } from './virtual-service-routes';
import { ManifestLookup } from '../controller-rule';

/** Something that a manifest names and the app does not make. */
export interface Reference {
  readonly field: string;
  readonly kind: string;
  readonly name: string;
}

/** What a rollout names and the app does not make: the controller refuses the rollout as long as the cluster does not have it. */
export function referencesElsewhere(rollout: any, lookup: ManifestLookup): Reference[] {
  const namespace = rollout.metadata.namespace ?? '';
  const named = [
    ...namedServices(rollout).map(({ field, name }) => ({ field, name, namespace, kind: '/Service' })),
    ...namedIngresses(rollout).map(({ field, name }) => ({ field, name, namespace, kind: 'networking.k8s.io/Ingress' })),
    ...namedVirtualServices(rollout).map(({ field, name, ...place }) => ({ field, name, namespace: place.namespace, kind: 'networking.istio.io/VirtualService' })),
  ];
  return [
    ...named.filter((one) => lookup.named(one.kind, one.namespace, one.name) === undefined)
      .map(({ field, kind, name }) => ({ field, kind: shortOf(kind), name })),
    ...analysisUses(rollout, lookup).flatMap(({ field, elsewhere }) => elsewhere.map(({ kind, name }) => ({ field: `${field}.templates`, kind: shortOf(kind), name }))),
  ];
}

function shortOf(groupKind: string): string {
  return groupKind.split('/')[1];
}
