import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'fs';
import { homedir } from 'os';
import { basename, dirname, join } from 'path';
import { setTimeout as sleep } from 'timers/promises';

/** Folder outside the repository that keeps what was built, for all worktrees of a user. */
export function cacheRoot(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'cdk8s-mlops');
}

/**
 * The folder `name` of the cache, made at most once: a folder is complete or not there, also when two want it at once or one of them dies.
 *
 * @param make fills the folder that it is given
 */
export async function cached(name: string, make: (folder: string) => Promise<void>, log: (line: string) => void): Promise<string> {
  const folder = join(cacheRoot(), name);
  if (existsSync(folder)) {return folder;}
  mkdirSync(cacheRoot(), { recursive: true });
  const unlock = await lock(`${folder}.lock`, log);
  const unfinished = `${folder}.unfinished`;
  try {
    if (existsSync(folder)) {return folder;}
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished);
    await make(unfinished);
    renameSync(unfinished, folder);
    return folder;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
    unlock();
  }
}

const KEPT_MS = 14 * 24 * 3600_000;

/** Removes versions of something that nobody, in no worktree, asked for in two weeks. */
export function forgetUnused(prefix: string, current: string): void {
  const now = new Date();
  utimesSync(current, now, now);
  readdirSync(dirname(current))
    .filter((name) => name.startsWith(`${prefix}-`) && /-[0-9a-f]{16}$/.test(name))
    .map((name) => join(dirname(current), name))
    .filter((folder) => now.getTime() - statSync(folder).mtimeMs > KEPT_MS)
    .forEach((folder) => rmSync(folder, { recursive: true, force: true }));
}

async function lock(file: string, log: (line: string) => void): Promise<() => void> {
  for (let waited = 0; ; waited++) {
    try {
      writeFileSync(file, `${process.pid}`, { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {throw error;}
    }
    const holder = holderOf(file);
    if (holder !== undefined && !isAlive(holder)) {
      rmSync(file, { force: true });
      continue;
    }
    if (waited % 60 === 0) {log(`${basename(file, '.lock')}: process ${holder ?? 'unknown'} builds it already; waiting`);}
    await sleep(500);
  }
}

function holderOf(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

/** Whether a process runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
