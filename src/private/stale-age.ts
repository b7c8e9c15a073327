import { Duration } from 'cdk8s';
import { longestPause } from './cron-calendar';
import { InputProblems } from './input-error';

/** When a CronJob runs, and how late a run may end. */
export interface TimedRuns {
  /** Five fields, or a name such as `@daily`. */
  readonly schedule: string;
  /** How late a run may start. */
  readonly startWithin: Duration;
  /** How long a run may take. */
  readonly deadline: Duration;
}

/** Age of the last good run from which runs are missing: one may be left out, as where a node is drained, two in a row may not. */
export function staleAge({ schedule, startWithin, deadline }: TimedRuns): Duration {
  const pause = longestPause(schedule) ?? Duration.seconds(0);
  return Duration.seconds(2 * pause.toSeconds() + startWithin.toSeconds() + deadline.toSeconds());
}

/** Adds an age that a result reaches while every run is well, so that somebody would be told all the time. */
export function checkStaleAge(what: string, age: Duration | undefined, schedule: string, problems: InputProblems): void {
  const pause = longestPause(schedule);
  if (age && pause && age.toSeconds() <= pause.toSeconds()) {
    problems.add('schedule/stale-before-next',
      `'${what}' must be longer than ${pause.toHumanString()}, the longest time between two runs of '${schedule}', got ${age.toHumanString()}; leave it out, and one run may be missed`);
  }
}
