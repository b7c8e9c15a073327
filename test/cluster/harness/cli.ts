/** `npm run bench:build`, `bench:up`, `bench:down`. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { build } from './build';
import { cacheRoot, isAlive } from './cache';
import { startOwner } from './owner';

const STATE = join(cacheRoot(), 'bench.json');
const say = (line: string) => process.stdout.write(`${line}\n`);

async function buildParts(): Promise<void> {
  const interrupted = new AbortController();
  ['SIGTERM', 'SIGINT', 'SIGHUP'].forEach((signal) => process.once(signal, () => interrupted.abort()));
  const { programs } = await build({ log: say, signal: interrupted.signal });
  say(`programs: ${Object.values(programs).map((path) => path).join('\n          ')}`);
}

async function up(): Promise<void> {
  const running = runningBench();
  if (running) {
    say(`a bench runs already\nexport KUBECONFIG=${running.kubeconfig}`);
    return;
  }
  await buildParts();
  const started = Date.now();
  const { owner, kubeconfig, logs, programs } = await startOwner({ outlives: true });
  mkdirSync(cacheRoot(), { recursive: true });
  writeFileSync(STATE, JSON.stringify({ pid: owner.pid, kubeconfig }));
  say([
    `up after ${((Date.now() - started) / 1000).toFixed(1)} s; logs in ${logs}`,
    `export KUBECONFIG=${kubeconfig}`,
    `${programs.kubectl} get nodes`,
    'end it with `npm run bench:down`',
  ].join('\n'));
}

async function down(): Promise<void> {
  const running = runningBench();
  if (!running) {
    say('no bench runs');
    return;
  }
  process.kill(running.pid, 'SIGTERM');
  while (isAlive(running.pid)) {
    await sleep(50);
  }
  rmSync(STATE);
  say('ended, nothing is left of it');
}

function runningBench(): { pid: number; kubeconfig: string } | undefined {
  if (!existsSync(STATE)) {return undefined;}
  const state = JSON.parse(readFileSync(STATE, 'utf8'));
  // the kubeconfig goes with the bench, whoever has its process id by now
  return isAlive(state.pid) && existsSync(state.kubeconfig) ? state : undefined;
}

const commands: { [name: string]: () => Promise<void> } = { build: buildParts, up, down };
const command = commands[process.argv[2]];
if (!command) {
  process.stderr.write(`say one of ${Object.keys(commands).join(', ')}\n`);
  process.exit(2);
}
command().then(() => process.exit(0), (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
