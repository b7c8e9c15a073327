import { ChildProcess, spawn } from 'child_process';
import { createHash } from 'crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'fs';
import { homedir } from 'os';
import { join } from 'path';

const REQUIREMENTS = join(__dirname, '..', 'requirements.txt');

/** A Python that has moto exactly as locked; installed at first use, outside the repository, for all worktrees of a user. */
export async function pythonWithMoto(log: (line: string) => void): Promise<string> {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'cdk8s-mlops');
  const name = `moto-${createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 16)}`;
  const folder = join(cache, name);
  if (!existsSync(folder)) {
    const started = Date.now();
    log('installing the mock of AWS, about half a minute');
    mkdirSync(cache, { recursive: true });
    forgetUnfinished(cache);
    await install(folder);
    log(`installed in ${folder}, ${Math.round((Date.now() - started) / 1000)} s`);
  }
  return join(folder, 'bin', 'python');
}

/** A folder is complete or not there: it gets its name when it is done, and whoever comes second takes what the first made. */
async function install(folder: string): Promise<void> {
  const unfinished = `${folder}.${process.pid}.unfinished`;
  let running: ChildProcess | undefined;
  const leave = () => {
    if (running?.pid !== undefined) {process.kill(-running.pid, 'SIGKILL');}
    rmSync(unfinished, { recursive: true, force: true, maxRetries: 5 });
    process.exit(130);
  };
  const run = async (command: string, args: string[]) => {
    // in a group of its own, which ends as a whole
    running = spawn(command, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    await ended(running);
  };
  SIGNALS.forEach((signal) => process.once(signal, leave));
  try {
    await run('python3', ['-m', 'venv', unfinished]);
    await run(join(unfinished, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '--require-hashes', '--requirement', REQUIREMENTS]);
    if (!existsSync(folder)) {renameSync(unfinished, folder);}
  } catch (error) {
    throw new Error(`the mock of AWS cannot be installed; it comes from PyPI, or from the index that 'python3 -m pip config list' names\n${(error as Error).message}`);
  } finally {
    SIGNALS.forEach((signal) => process.off(signal, leave));
    rmSync(unfinished, { recursive: true, force: true });
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function ended(child: ChildProcess): Promise<void> {
  let output = '';
  [child.stdout!, child.stderr!].forEach((stream) => stream.on('data', (data) => (output += data)));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(output.trimEnd().split('\n').slice(-8).join('\n')))));
  });
}

/** What runs left that were killed. */
function forgetUnfinished(cache: string): void {
  readdirSync(cache)
    .filter((name) => /^moto-[0-9a-f]{16}\.\d+\.unfinished$/.test(name) && !isAlive(Number(name.split('.')[1])))
    .forEach((name) => rmSync(join(cache, name), { recursive: true, force: true }));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
