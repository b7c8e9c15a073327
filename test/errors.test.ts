import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { ErrorCase, outcomeOf } from './support/error-case';

/**
 * Every throw, validation and rule has an id, and every id has a case in a file `test/<room>/<name>.cases.ts`.
 */
const cases: ErrorCase[] = filesBelow(__dirname)
  .filter((file) => file.endsWith('.cases.ts'))
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  .flatMap((file) => require(file).cases);

test.each(cases.map((errorCase) => [errorCase.id, errorCase.when, errorCase] as const))('%s refuses %s', (_id, _when, errorCase) => {
  expect(outcomeOf(errorCase)).toBe(errorCase.message);
});

test('every id in the sources has a case, and every case an id in the sources', () => {
  const inSources = filesBelow(join(__dirname, '..', 'src')).flatMap((file) => idsIn(readFileSync(file, 'utf8')));

  expect(unique(cases.map((errorCase) => errorCase.id))).toEqual(unique(inSources));
});

function idsIn(source: string): string[] {
  const mention = /(?:InputError\(|\.add\(|describe\(|ruleId(?::\s*string)?\s*[:=])\s*'([a-z0-9-]+\/[a-z0-9-]+)'/g;
  return [...source.matchAll(mention)].map((match) => match[1]);
}

function unique(values: string[]): string[] {
  return [...new Set(values)].sort();
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}
