import { Duration } from 'cdk8s';
import { BatchScoringProps } from './batch-scoring-props';
import { TimedRuns } from '../../private/stale-age';
import { wholeSeconds } from '../../private/whole-units';

/** When batches run. */
export function batchRunsOf({ schedule, startWithin = Duration.hours(1), deadline }: BatchScoringProps): TimedRuns {
  return { schedule: schedule.expressionString, startWithin: wholeSeconds(startWithin), deadline: wholeSeconds(deadline) };
}
