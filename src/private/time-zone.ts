import { InputProblems } from './input-error';

/** Adds what is wrong with the time zone of a CronJob: the API server wants a name of the IANA database, written as it is there. */
export function checkTimeZone(what: string, zone: string | undefined, problems: InputProblems): void {
  if (zone === undefined) {return;}
  const meant = Intl.supportedValuesOf('timeZone').find((name) => name.toLowerCase() === zone.toLowerCase());
  if (meant !== zone && (meant !== undefined || !isZone(zone))) {
    problems.add('schedule/time-zone', `'${what}' must be a time zone such as 'Europe/Berlin', got '${zone}'${meant ? `; write '${meant}'` : ''}`);
  }
}

/** Names that are kept for old times' sake, such as `Etc/UTC`, are no part of the list. */
function isZone(name: string): boolean {
  if (!/^[A-Z]/.test(name)) {return false;}
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
