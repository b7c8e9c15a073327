import { Duration } from 'cdk8s';
import { CanaryOptions } from './canary-options';
import { wholeSeconds } from '../private/whole-units';

/** Argo Rollouts counts whole seconds: what is given more finely is rounded up. */
export function inWholeSeconds<T extends CanaryOptions & { readonly progressDeadline?: Duration }>(options: T): T {
  const { warmStandby, abortScaleDownDelay, minReady, progressDeadline } = options;
  return {
    ...options,
    warmStandby: warmStandby && wholeSeconds(warmStandby),
    abortScaleDownDelay: abortScaleDownDelay && wholeSeconds(abortScaleDownDelay),
    minReady: minReady && wholeSeconds(minReady),
    progressDeadline: progressDeadline && wholeSeconds(progressDeadline),
  };
}
