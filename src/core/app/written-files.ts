import { readFileSync } from 'fs';
import { tmpdir } from 'os';
import { basename, dirname, isAbsolute, join, normalize, resolve } from 'path';

/** What a synthesis has written, so that the next one removes what is no longer there and nothing else. */
export interface WrittenFiles {
  /** Files below the folder of manifests. */
  readonly manifests: string[];
  /** Files below `mlops.out/`. */
  readonly artifacts: string[];
}

/**
 * Where files that are not manifests go: beside the manifests. A folder of manifests in the system's folder for temporary files, as
 * `cdk8s synth --stdout` makes one, has neighbours that are not its own; its companion carries its name.
 */
export function artifactsFolderOf(outdir: string): string {
  const folder = resolve(outdir);
  return dirname(folder) === resolve(tmpdir()) ? `${folder}.mlops.out` : join(dirname(folder), 'mlops.out');
}

/** Name of the list, one for each folder of manifests: several apps may share a project. */
export function listNameOf(outdir: string): string {
  return `${basename(resolve(outdir))}.files.json`;
}

/** The list of an earlier synthesis; empty without a readable one, so that nothing is removed. */
export function readWrittenFiles(list: string): WrittenFiles {
  const written = tryRead(list);
  return { manifests: inside(written.manifests), artifacts: inside(written.artifacts) };
}

function tryRead(list: string): any {
  try {
    return JSON.parse(readFileSync(list, 'utf8'));
  } catch {
    return {};
  }
}

/** A list that somebody has edited must not lead out of the folder. */
function inside(files: string[] = []): string[] {
  return files.filter((file) => !isAbsolute(file) && !normalize(file).startsWith('..'));
}
