import { KNATIVE_FEATURES } from '../../keys';

export const KNATIVE_SERVICE = 'serving.knative.dev/Service';

/** A label as DNS knows it: the name of a Service, a revision or a tag. */
export const DNS_LABEL = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Fields of the template and its pods. */
export function templateOf({ spec }: any): any {
  return spec.template ?? {};
}

/** Fields of the pods. */
export function podOf(manifest: any): any {
  return templateOf(manifest).spec ?? {};
}

/** Annotations of the revision. */
export function annotationsOf(manifest: any): { [key: string]: string } {
  return templateOf(manifest).metadata?.annotations ?? {};
}

/** Flags of the cluster that the manifest says it needs. */
export function declaredFeatures({ metadata }: any): string[] {
  return (metadata.annotations?.[KNATIVE_FEATURES] ?? '').split(',').filter((feature: string) => feature !== '');
}

/** Containers and init containers, each with its place. */
export function containersOf(manifest: any): { container: any; at: string; init: boolean }[] {
  const list = (field: string, init: boolean) => (podOf(manifest)[field] ?? []).map((container: any, i: number) => ({
    container, at: `spec.template.spec.${field}[${i}]`, init,
  }));
  return [...list('initContainers', true), ...list('containers', false)];
}

/** As Go reads JSON: an empty text, false, 0 and null were not said; an empty list was. */
export function isSaid(value: any): boolean {
  return ![undefined, null, '', false, 0].includes(value);
}
