import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join, relative } from 'path';
import { Yaml } from 'cdk8s';

/** What a run of an example left. */
export interface ExampleOutput {
  /** Manifests, in the order of their files. */
  readonly manifests: any[];
  /** Files beside the manifests, by path. */
  readonly artifacts: { [path: string]: string };
  /** Files of the manifests, by path. */
  readonly files: string[];
}

/** Runs the `main.ts` of an example as its user would, in its own folder, with an output folder of its own. */
export function runExample(folder: string): ExampleOutput {
  return runIn(folder, () => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    jest.isolateModules(() => require(join(folder, 'main')));
  });
}

/** Runs an app in a folder of its choice, with an output folder of its own. */
export function runIn(folder: string, app: () => void): ExampleOutput {
  const out = mkdtempSync(join(tmpdir(), 'example-'));
  const before = { cwd: process.cwd(), outdir: process.env.CDK8S_OUTDIR };
  process.chdir(folder);
  process.env.CDK8S_OUTDIR = join(out, 'dist');
  try {
    app();
  } finally {
    process.chdir(before.cwd);
    if (before.outdir === undefined) {
      delete process.env.CDK8S_OUTDIR;
    } else {
      process.env.CDK8S_OUTDIR = before.outdir;
    }
  }
  const files = filesBelow(join(out, 'dist'));
  const output = {
    files,
    manifests: files.flatMap((file) => Yaml.load(join(out, 'dist', file))),
    artifacts: Object.fromEntries(filesBelow(join(out, 'mlops.out')).map((file) => [file, readFileSync(join(out, 'mlops.out', file), 'utf8')])),
  };
  rmSync(out, { recursive: true });
  return output;
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) {return [];}
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}
