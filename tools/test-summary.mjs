// Prints how many test cases passed and failed in the JUnit files of a folder: `<passed> <failed>`. What was skipped is neither.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.xml')).sort() : [];
// jest-junit lists a file that does not even load twice, the second time with an empty failure.
const cases = files
  .flatMap((file) => readFileSync(join(folder, file), 'utf8').split(/<testcase\b/).slice(1))
  .filter((text) => !text.includes('<failure>{}</failure>'));
const failed = cases.filter((text) => /<(failure|error)\b/.test(text)).length;
const skipped = cases.filter((text) => /<skipped\b/.test(text)).length;
console.log(`${cases.length - failed - skipped} ${failed}`);
