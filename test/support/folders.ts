import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';

const temporary: string[] = [];

afterAll(() => temporary.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

/** A new folder for one test; it goes when the tests of its file are done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cdk8s-mlops-test-'));
  temporary.push(folder);
  return folder;
}

/** All files below a folder with their content, by path; links are files. */
export function contentOf(folder: string): { [path: string]: string } {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]));
}
