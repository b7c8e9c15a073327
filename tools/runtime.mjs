// Types, style and tests of the Python package in runtime/, with exactly the packages that its lock names.
// node tools/runtime.mjs [<arguments of pytest>]      JUnit file: test-reports/runtime.xml
// node tools/runtime.mjs --run <program> [<argument> ...]   any program of that environment, in runtime/
// node tools/runtime.mjs --lock <lock> --run <program> …    any program of the environment that another lock describes
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const runtime = join(root, 'runtime');
const [locked, ...args] = process.argv[2] === '--lock' ? process.argv.slice(3) : ['runtime/requirements/test.txt', ...process.argv.slice(2)];
const lock = join(root, locked);
/** Servers belong to a worker, and whoever is done takes tests from the others. */
const ALL_AT_ONCE = ['--numprocesses=auto', '--maxprocesses=4', '--dist=worksteal'];

let running;
let unfinished;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    if (running?.pid !== undefined) {process.kill(-running.pid, 'SIGTERM');}
    if (unfinished) {rmSync(unfinished, { recursive: true, force: true, maxRetries: 5 });}
    process.exit(130);
  });
}

try {
  const bin = await environment();
  const [first, ...rest] = args;
  const steps = first === '--run' ? [rest] : [
    ['ruff', 'check', '.'],
    ['ruff', 'format', '--check', '.'],
    ['mypy'],
    ['pytest', ...(args.length > 0 ? args : [...ALL_AT_ONCE, '--cov', '--cov-report=term', `--junit-xml=${join(root, 'test-reports', 'runtime.xml')}`])],
  ];
  for (const [program, ...parameters] of steps) {
    const code = await run(join(bin, program), parameters);
    if (code !== 0) {
      process.exitCode = code;
      break;
    }
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

/** The programs of an environment outside the repository, for all worktrees of a user; it is made at first use. */
async function environment() {
  const python = await findPython();
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'cdk8s-mlops');
  const key = createHash('sha256').update(readFileSync(lock)).update(python.version).digest('hex').slice(0, 16);
  const folder = join(cache, `runtime-${key}`);
  if (!existsSync(folder)) {
    const started = Date.now();
    console.error(`installing what ${locked} names; that of the runtime takes about two minutes and 1.6 GB`);
    mkdirSync(cache, { recursive: true });
    await install(python.command, folder);
    console.error(`installed in ${folder}, ${Math.round((Date.now() - started) / 1000)} s`);
  }
  return join(folder, 'bin');
}

/** A folder is complete or not there: it gets its name when it is done, and whoever comes second takes what the first made. */
async function install(python, folder) {
  unfinished = `${folder}.${process.pid}.unfinished`;
  try {
    await quietly(python, ['-m', 'venv', unfinished]);
    // the lock is complete, so pip resolves nothing: it compares hashes
    const options = ['--quiet', '--no-deps', '--only-binary', ':all:', '--require-hashes', '--requirement', lock];
    await quietly(join(unfinished, 'bin', 'python'), ['-m', 'pip', 'install', ...options]);
    await relocate(folder);
    if (!existsSync(folder)) {renameSync(unfinished, folder);}
  } catch (error) {
    throw new Error(`what ${locked} names cannot be installed; it comes from PyPI, or from the index that 'python3 -m pip config list' names\n${error.message}`);
  } finally {
    rmSync(unfinished, { recursive: true, force: true, maxRetries: 5 });
    unfinished = undefined;
  }
}

/** Programs of an environment name its Python by path; they get the path that the folder will have. */
async function relocate(folder) {
  const rewrite = [
    'import pathlib, sys',
    'old, new = sys.argv[1:]',
    'for file in pathlib.Path(old, "bin").iterdir():',
    '    if file.is_file() and not file.is_symlink() and file.read_bytes().startswith(b"#!"):',
    '        file.write_bytes(file.read_bytes().replace(old.encode(), new.encode()))',
  ].join('\n');
  await quietly(join(unfinished, 'bin', 'python'), ['-c', rewrite, unfinished, folder]);
}

async function findPython() {
  for (const command of ['python3', 'python3.13', 'python3.12', 'python3.11']) {
    const version = await output(command, ['-c', 'import ensurepip, sys, venv; print(sys.version if sys.version_info >= (3, 11, 4) else "")']);
    if (version) {return { command, version };}
  }
  throw new Error('no Python 3.11.4 or newer with its module venv on the path; install both (Debian: apt-get install python3 python3-venv)');
}

function output(command, parameters) {
  return new Promise((resolve) => {
    let text = '';
    const child = spawn(command, parameters, { stdio: ['ignore', 'pipe', 'ignore'] });
    child.stdout.on('data', (data) => (text += data));
    child.on('error', () => resolve(''));
    child.on('close', (code) => resolve(code === 0 ? text.trim() : ''));
  });
}

function quietly(command, parameters) {
  let text = '';
  running = spawn(command, parameters, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  [running.stdout, running.stderr].forEach((stream) => stream.on('data', (data) => (text += data)));
  return new Promise((resolve, reject) => {
    running.on('error', reject);
    running.on('close', (code) => (code === 0 ? resolve() : reject(new Error(text.trimEnd().split('\n').slice(-8).join('\n')))));
  });
}

function run(command, parameters) {
  const env = {
    ...process.env,
    PYTHONPATH: join(runtime, 'src'),
    PYTHONDONTWRITEBYTECODE: '1',
    PATH: [join(command, '..'), process.env.PATH].join(delimiter),
    // nothing of ours calls home
    MLFLOW_DISABLE_TELEMETRY: 'true',
    DO_NOT_TRACK: '1',
  };
  running = spawn(command, parameters, { cwd: runtime, detached: true, stdio: 'inherit', env });
  return new Promise((resolve, reject) => {
    running.on('error', reject);
    running.on('close', (code, signal) => resolve(signal ? 1 : code));
  });
}
