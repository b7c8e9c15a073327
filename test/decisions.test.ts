import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';

const folder = join(__dirname, '..', 'docs', 'adr');
const pages = readdirSync(folder).filter((file) => file !== 'README.md').sort();

test('decisions are numbered from one, without gaps', () => {
  expect(pages.map((page) => page.slice(0, 5))).toEqual(pages.map((_, i) => `${String(i + 1).padStart(4, '0')}-`));
});

test('the index lists every decision under its title', () => {
  const titles = pages.map((page) => `${readFileSync(join(folder, page), 'utf8').split('\n')[0].replace(/^# (\d+)\. (.*)$/, '$1. [$2]')}(${page})`);
  const index = readFileSync(join(folder, 'README.md'), 'utf8').split('\n').filter((line) => /^\d/.test(line));

  expect(index).toEqual(titles);
});

test.each(pages)('%s has a context, a decision and its consequences', (page) => {
  const headings = readFileSync(join(folder, page), 'utf8').match(/^\*\*(Context|Decision|Consequences)\.\*\*/gm);

  expect(headings).toEqual(['**Context.**', '**Decision.**', '**Consequences.**']);
});
