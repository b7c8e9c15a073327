import { mkdirSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';

/** What generated cases are made from: a run is repeated with `SEED=…`. */
export const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

const FILE = join(__dirname, 'kept-cases.json');
const REPORTS = join(__dirname, '..', '..', '..', 'test-reports');

/** Cases that failed once, shrunk: each run judges them again. */
export function keptCases<T>(judge: string): T[] {
  return read()[judge] ?? [];
}

/** Keeps a case that failed. */
export function keep(judge: string, one: unknown): void {
  const all = read();
  writeFileSync(FILE, `${JSON.stringify({ ...all, [judge]: [...all[judge] ?? [], one] }, undefined, 1)}\n`);
}

/** Says what a run found, on the console and in a file. */
export function report(name: string, figures: object): void {
  const text = `${JSON.stringify(figures, undefined, 1)}\n`;
  process.stdout.write(text);
  mkdirSync(REPORTS, { recursive: true });
  writeFileSync(join(REPORTS, `${name}.json`), text);
}

function read(): { [judge: string]: any[] } {
  return JSON.parse(readFileSync(FILE, 'utf8'));
}
