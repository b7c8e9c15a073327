import { containersOf, podsOf } from '../../private/workloads';

/** An image that a manifest names, and what it is for. */
export interface NamedImage {
  readonly where: string;
  readonly image: string;
}

/** Every image that the pods of an object run or mount. */
export function imagesOf(manifest: any): NamedImage[] {
  return podsOf(manifest).flatMap((pod) => [
    ...containersOf(pod).map(({ where, container }) => ({ where, image: container.image })),
    ...(pod.spec.volumes ?? []).map((volume: any) => ({ where: `image volume '${volume.name}'`, image: volume.image?.reference })),
  ]).filter(({ image }) => typeof image === 'string');
}
