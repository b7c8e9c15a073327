import { createHash } from 'crypto';
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { basename, dirname, join } from 'path';
import pLimit from 'p-limit';
import { cached, forgetUnused } from './cache';
import { go } from './go';
import { Definitions, DEFINITIONS, GoModule, MODULES, PARTS, Patch } from './parts';

/** Where the programs are, by name, and what else was taken from their modules. */
export interface Built {
  readonly programs: { [name: string]: string };
  /** Folder of the CustomResourceDefinitions. */
  readonly definitions: string;
  /** What simulated nodes do with pods. */
  readonly stages: string;
  /** Folder with the settings that KServe is shipped with. */
  readonly kserveSettings: string;
}

/** How a build tells what it does, and is told to stop. */
export interface BuildOptions {
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** Builds what is not in the cache yet. */
export async function build(options: BuildOptions): Promise<Built> {
  const programs: { [name: string]: string } = {};
  const folders = await buildModules(PARTS, options);
  for (const part of PARTS) {
    for (const { binary, alsoCalled = [] } of part.programs) {
      for (const name of [binary, ...alsoCalled]) {
        programs[name] = join(folders[part.name], name);
      }
    }
  }
  return {
    programs,
    definitions: await collectDefinitions(DEFINITIONS, options),
    stages: join(folders.kwok, 'stages.yaml'),
    kserveSettings: folders['oracle-serving'],
  };
}

/** Builds modules, two at a time: who fetches or links keeps one processor busy at most, and the other compiles. Gives the folders, by name. */
export async function buildModules(parts: GoModule[], { log, signal }: BuildOptions): Promise<{ [name: string]: string }> {
  const failed = new AbortController();
  const either = AbortSignal.any([failed.signal, ...signal ? [signal] : []]);
  const limit = pLimit(2);
  try {
    const folders = await Promise.all(parts.map((part) => limit(() => buildModule(part, { log, signal: either }))));
    return Object.fromEntries(folders.map((folder, i) => [parts[i].name, folder]));
  } catch (error) {
    // the others have nothing to build for
    failed.abort();
    throw error;
  }
}

/** Builds one module; the folder of its programs. */
export async function buildModule(part: GoModule, { log, signal }: BuildOptions): Promise<string> {
  const cwd = join(MODULES, part.name);
  const folder = await cached(`${part.name}-${hashOf(part)}`, async (target) => {
    const started = Date.now();
    const scratch = mkdtempSync(join(tmpdir(), `${part.name}-`));
    try {
      const inputs = [...await modfileOf(part, cwd, scratch, signal), ...overlayOf(part, cwd, scratch)];
      for (const program of part.programs) {
        log(`${program.binary}: building`);
        await go(buildArguments(part, program, target, inputs), { cwd, signal, progress: (words) => log(`${program.binary}: ${words}`) });
        program.alsoCalled?.forEach((name) => symlinkSync(program.binary, join(target, name)));
      }
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
    for (const { module, from, to } of part.copied ?? []) {
      const source = await folderOf(module, cwd, signal);
      writeFileSync(join(target, to), from.flatMap((path) => objectsBelow(join(source, path))).join('---\n'));
    }
    log(`${part.name}: built in ${Math.round((Date.now() - started) / 1000)} s`);
  }, log);
  forgetUnused(part.name, folder);
  return folder;
}

/** Everything that decides what comes out. */
function hashOf(part: GoModule): string {
  const folder = join(MODULES, part.name);
  const hash = createHash('sha256').update(JSON.stringify(part));
  readdirSync(folder).filter((name) => /^go\.(mod|sum)$|\.go$/.test(name)).sort().forEach((name) => hash.update(name).update(readFileSync(join(folder, name))));
  borrowedBy(part).forEach((file) => hash.update(readFileSync(file)));
  return hash.digest('hex').slice(0, 16);
}

function borrowedBy({ borrowed }: GoModule): string[] {
  return borrowed?.files.map((file) => join(MODULES, borrowed.from, file)) ?? [];
}

/** Compiles the files of another module as if they stood in this one. */
function overlayOf(part: GoModule, cwd: string, scratch: string): string[] {
  const files = borrowedBy(part);
  if (files.length === 0) {return [];}
  const overlay = join(scratch, 'overlay.json');
  writeFileSync(overlay, JSON.stringify({ Replace: Object.fromEntries(files.map((file) => [join(cwd, basename(file)), file])) }));
  return ['-overlay', overlay];
}

function buildArguments({ tags, ldflags }: GoModule, program: Program, target: string, inputs: string[]): string[] {
  return [
    'build', '-v', '-mod=readonly', '-trimpath', '-buildvcs=false', ...inputs, ...(tags ? ['-tags', tags] : []),
    // nobody debugs these programs, and what a debugger reads takes time to write
    '-gcflags=all=-dwarf=false', '-ldflags', `-s -w ${ldflags ?? ''}`, '-o', join(target, program.binary), program.package,
  ];
}

type Program = GoModule['programs'][number];

/** Builds with a changed copy of a module in its place; Go checks the original against go.sum when it unpacks it. */
async function modfileOf({ patch }: GoModule, cwd: string, scratch: string, signal?: AbortSignal): Promise<string[]> {
  if (!patch) {return [];}
  const copy = join(scratch, 'module');
  cpSync(await folderOf(patch.module, cwd, signal), copy, { recursive: true });
  change(copy, patch);

  ['mod', 'sum'].forEach((extension) => cpSync(join(cwd, `go.${extension}`), join(scratch, `patched.${extension}`)));
  const modfile = join(scratch, 'patched.mod');
  await go(['mod', 'edit', `-replace=${patch.module}=${copy}`, modfile], { cwd, signal });
  return [`-modfile=${modfile}`];
}

function change(folder: string, { module, file, replace, by, copyOf }: Patch): void {
  const path = join(folder, file);
  if (copyOf) {
    if (existsSync(path)) {throw new Error(`${module} has a ${file} by now`);}
    chmodSync(dirname(path), 0o755);
    cpSync(join(folder, copyOf), path);
  }
  if (replace !== undefined && by !== undefined) {
    const source = readFileSync(path, 'utf8');
    if (!source.includes(replace)) {throw new Error(`'${replace}' does not stand in ${file} of ${module} any more`);}
    chmodSync(path, 0o644);
    writeFileSync(path, source.replace(replace, by));
  }
}

/** Where the source of a module is; on a new machine it is fetched first. */
async function folderOf(module: string, cwd: string, signal?: AbortSignal): Promise<string> {
  return JSON.parse(await go(['mod', 'download', '-json', module], { cwd, signal })).Dir;
}

function objectsBelow(path: string): string[] {
  if (statSync(path).isFile()) {return [readFileSync(path, 'utf8')];}
  return readdirSync(path).filter((name) => name.endsWith('.yaml') && !name.startsWith('kustomization')).sort().map((name) => `${readFileSync(join(path, name), 'utf8').trimEnd()}\n`);
}

/** The definitions of a file that are wanted, or all of it. */
function definitionsIn(text: string, only: string[] | undefined): string {
  if (!only) {return text;}
  return text.split(/^---$/m).filter((document) => only.some((name) => document.includes(`\n  name: ${name}\n`))).join('---');
}

/** The definitions as their releases contain them, in one folder. */
export async function collectDefinitions(all: Definitions[], { log, signal }: BuildOptions): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 16);
  const folder = await cached(`definitions-${hash}`, async (target) => {
    const empty = mkdtempSync(join(tmpdir(), 'definitions-'));
    try {
      for (const { module, version, sum, folder: from, files, only } of all) {
        log(`${module} ${version}: fetching definitions`);
        const { Dir, Sum } = JSON.parse(await go(['mod', 'download', '-json', `${module}@${version}`], { cwd: empty, signal }));
        if (Sum !== sum) {throw new Error(`${module} ${version} is not what it was: ${Sum} instead of ${sum}`);}
        const missing = files.filter((file) => !existsSync(join(Dir, from, file)));
        if (missing.length > 0) {throw new Error(`${module} ${version} has no ${missing.map((file) => `${from}/${file}`).join(', ')}`);}
        files.forEach((file) => writeFileSync(join(target, file), definitionsIn(readFileSync(join(Dir, from, file), 'utf8'), only)));
      }
    } finally {
      rmSync(empty, { recursive: true });
    }
  }, log);
  forgetUnused('definitions', folder);
  return folder;
}
