import { goSeconds } from '../argo-rollouts/durations';
import { Violation } from '../controller-rule';

const NANOSECONDS = 1e9;
const MILLISECOND = 1e6;

/** @see https://github.com/istio/istio/blob/master/pkg/config/validation/agent/validation.go ValidateDuration */
export function badDuration(duration: string | undefined, field: string): Violation[] {
  if (duration === undefined) {return [];}
  const nanoseconds = Math.round((goSeconds(duration) ?? 0) * NANOSECONDS);
  return nanoseconds >= MILLISECOND && nanoseconds % MILLISECOND === 0 ? [] : [{
    field, problem: "must be whole milliseconds, at least one, such as '1.5s' or '2m'", value: duration, remedy: 'change the time',
  }];
}
