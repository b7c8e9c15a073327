import { mkdtempSync, readdirSync, readFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';

/** A new folder for one test. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'cdk8s-mlops-test-'));
}

/** All files below a folder with their content, by path; links are files. */
export function contentOf(folder: string): { [path: string]: string } {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]));
}
