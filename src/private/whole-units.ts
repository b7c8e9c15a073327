import { Duration, Size, SizeRoundingBehavior } from 'cdk8s';
import { ContainerResources } from 'cdk8s-plus-28';

/** A duration as Kubernetes counts it: whole seconds, rounded up, so that no limit becomes shorter than it was meant. */
export function wholeSeconds(duration: Duration): Duration {
  return Duration.seconds(Math.ceil(duration.toMilliseconds({ integral: false }) / 1000));
}

/** A size as cdk8s-plus writes it: whole mebibytes, rounded up. */
export function wholeMebibytes(size: Size): Size {
  return Size.mebibytes(Math.ceil(size.toMebibytes({ rounding: SizeRoundingBehavior.NONE })));
}

/** Resources in whole units. */
export function wholeResources(resources: ContainerResources): ContainerResources {
  const { memory, ephemeralStorage } = resources;
  return {
    ...resources,
    ...memory ? { memory: { request: whole(memory.request), limit: whole(memory.limit) } } : {},
    ...ephemeralStorage ? { ephemeralStorage: { request: whole(ephemeralStorage.request), limit: whole(ephemeralStorage.limit) } } : {},
  };
}

function whole(size: Size | undefined): Size | undefined {
  return size && wholeMebibytes(size);
}
