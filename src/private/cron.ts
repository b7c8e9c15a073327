import { longestPause } from './cron-calendar';
import { InputProblems } from './input-error';

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names: string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const FIELDS: Field[] = [
  { name: 'minutes', min: 0, max: 59, names: [] },
  { name: 'hours', min: 0, max: 23, names: [] },
  { name: 'day of the month', min: 1, max: 31, names: [] },
  { name: 'month', min: 1, max: 12, names: MONTHS },
  { name: 'day of the week', min: 0, max: 6, names: DAYS },
];
const MACROS = /^@(yearly|annually|monthly|weekly|daily|midnight|hourly)$/;

/** Adds what is wrong with a schedule of Kubernetes or Argo Workflows: five fields, minutes first. Says whether nothing is. */
export function checkCron(what: string, schedule: string, problems: InputProblems): boolean {
  if (MACROS.test(schedule)) {return true;}
  const fields = schedule.trim().split(/\s+/);
  const wrong = fields.length === FIELDS.length ? FIELDS.filter((field, i) => !isField(fields[i], field)).map(({ name }) => name) : ['number of fields'];
  if (fields.length === 6) {
    problems.add('schedule/six-fields',
      `'${what}' must have five fields, minutes first, got six: '${schedule}'; leave out the seconds, which only Kubeflow Pipelines reads`);
  } else if (wrong.length > 0) {
    problems.add('schedule/malformed', `'${what}' must be a schedule such as '0 * * * *', got '${schedule}', whose ${wrong.join(' and ')} cannot be read`);
  } else if (longestPause(schedule) === undefined) {
    problems.add('schedule/never', `'${what}' must come at some time, got '${schedule}', a day that no year has`);
  } else {
    return true;
  }
  return false;
}

function isField(text: string, field: Field): boolean {
  return text.split(',').every((part) => {
    const [, range, step] = /^([^/]+)(?:\/([1-9]\d*))?$/.exec(part) ?? [];
    if (range === undefined) {return false;}
    if (range === '*' || range === '?') {return true;}
    const [from, to, ...more] = range.split('-').map((value) => valueOf(value, field));
    return more.length === 0 && from !== undefined && (!range.includes('-') || (to !== undefined && to >= from)) && (step === undefined || Number(step) <= field.max);
  });
}

function valueOf(text: string, { min, max, names }: Field): number | undefined {
  const named = names.indexOf(text.toLowerCase());
  const value = named >= 0 ? named + min : /^\d+$/.test(text) ? Number(text) : NaN;
  return value >= min && value <= max ? value : undefined;
}
