import { Cron } from 'croner';
import * as fc from 'fast-check';
import { longestPause } from '../../src/private/cron-calendar';

const MINUTES = { hour: 60, day: 1440 };

test.each([
  ['0 * * * *', MINUTES.hour],
  ['@hourly', MINUTES.hour],
  ['*/15 * * * *', 15],
  ['5/25 * * * *', 25],
  ['0,10 * * * *', 50],
  ['0 3 * * *', MINUTES.day],
  ['@midnight', MINUTES.day],
  ['*/5 9-17 * * *', 15 * 60 + 5],
  ['0 3 * * 1', 7 * MINUTES.day],
  ['0 9-17 * * mon-fri', 2 * MINUTES.day + 16 * 60],
  ['0 3 1 * *', 31 * MINUTES.day],
  ['0 3 1,15 * *', 17 * MINUTES.day],
  ['0 3 ? JAN ?', 336 * MINUTES.day],
  ['0 3 29 2 *', (4 * 365 + 1) * MINUTES.day],
])('%s leaves at most %d minutes between two runs', (schedule, minutes) => {
  expect(longestPause(schedule)!.toMinutes()).toBe(minutes);
});

test('a day of the month and a day of the week are two ways to be due', () => {
  expect(longestPause('0 0 1 * 1')!.toDays()).toBe(7);
});

test.each(['0 0 30 2 *', '0 0 31 4,6,9,11 *'])('%s never comes', (schedule) => {
  expect(longestPause(schedule)).toBeUndefined();
});

test('the answer is that of walking from run to run', () => {
  const some = (max: number) => fc.uniqueArray(fc.integer({ min: 0, max }), { minLength: 1, maxLength: 2 }).map(String);
  const hours = fc.oneof(some(23), fc.constantFrom('*', '*/7', '3/9'));
  const schedules = fc.tuple(some(59), hours, fc.constantFrom('*', '1-7', '10,20'), fc.constant('*'), fc.constantFrom('*', '1', '1-5', '0,6'));
  fc.assert(fc.property(schedules, (fields) => {
    const schedule = fields.join(' ');
    const runs = new Cron(schedule, { timezone: 'Etc/UTC', mode: '5-part', sloppyRanges: true, stopAt: '2024-02-29T23:59:59' });
    let longest = 0;
    let last: Date | null = null;
    for (let run = runs.nextRun(new Date('2023-12-31T23:59:59Z')); run; run = runs.nextRun(run)) {
      if (last) {longest = Math.max(longest, run.getTime() - last.getTime());}
      last = run;
    }

    expect(longestPause(schedule)!.toMilliseconds()).toBeGreaterThanOrEqual(longest);
    // two months hold every pause but those of days that are due in two ways
    if (fields[2] === '*' || fields[4] === '*') {expect(longestPause(schedule)!.toMilliseconds()).toBe(longest);}
  }), { numRuns: 15 });
});
