import { Duration } from 'cdk8s';
import { Cron } from 'croner';

const MACROS: { [macro: string]: string } = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
};

// a fixed day, so that the same schedule always has the same answer; leap years among the following ones
const BEGINNING = new Date('2023-12-31T23:59:59Z');
const FIRST_DAY = '2024-01-01T23:59:59';
const LAST_DAY = '2032-12-31T23:59:59';
/** A year of days that are all taken, and some more. */
const MOST_DAYS = 400;
const MOST_TIMES = 24 * 60;

/** Answers by schedule: most models have the same. */
const known = new Map<string, Duration | undefined>();

/** Longest time between two runs of a well-formed schedule, clocks that are put forward or back left aside. None for one whose day never comes. */
export function longestPause(schedule: string): Duration | undefined {
  if (!known.has(schedule)) {known.set(schedule, computePause(schedule));}
  return known.get(schedule);
}

function computePause(schedule: string): Duration | undefined {
  const [minutes, hours, ...days] = (MACROS[schedule] ?? schedule).trim().split(/\s+/);
  const dates = minutesOf(`0 0 ${days.join(' ')}`, MOST_DAYS, LAST_DAY);
  if (dates.length === 0) {return undefined;}
  const times = minutesOf(`${minutes} ${hours} * * *`, MOST_TIMES, FIRST_DAY);
  const overnight = longestStep(dates) - (times[times.length - 1] - times[0]);
  return Duration.minutes(Math.max(longestStep(times), overnight));
}

/** Minutes since 1970 at which a schedule comes. */
function minutesOf(schedule: string, most: number, until: string): number[] {
  const calendar = new Cron(schedule, { timezone: 'Etc/UTC', mode: '5-part', sloppyRanges: true, stopAt: until });
  return calendar.nextRuns(most, BEGINNING).map((date) => date.getTime() / 60_000);
}

function longestStep(moments: number[]): number {
  return Math.max(0, ...moments.slice(1).map((moment, i) => moment - moments[i]));
}
