import { InputError } from './input-error';

/** Seconds between 1970 and the beginning of a day, in UTC. Never the clock: output does not depend on the day on which it is made. */
export function secondsOfDay(what: string, day: string): number {
  const at = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(day) ? new Date(`${day}T00:00:00Z`) : new Date(NaN);
  if (Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== day) {
    throw new InputError('date/malformed', `'${what}' must be a day such as '2027-01-31', got '${day}'`);
  }
  return at.getTime() / 1000;
}

/** The day that begins so many days after another. */
export function dayAfter(what: string, day: string, days: number): string {
  return new Date((secondsOfDay(what, day) + days * 86_400) * 1000).toISOString().slice(0, 10);
}
