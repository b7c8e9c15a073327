import { ChildProcess, spawn } from 'child_process';
import { join } from 'path';
import { createInterface } from 'readline';

/** What a running bench says of itself. */
export interface BenchInfo {
  readonly kubeconfig: string;
  readonly logs: string;
  /** Host and port on which the Rollouts controller tells its metrics. */
  readonly rolloutsMetrics: string;
  readonly programs: { [name: string]: string };
}

/** The process that owns a bench, once the bench is up. */
export interface Owned extends BenchInfo {
  readonly owner: ChildProcess;
}

const ROOT = join(__dirname, '..', '..', '..');

/**
 * Starts a bench in a process of its own, in a session of its own, so that an interrupt from the keyboard does not reach the programs first.
 *
 * @param outlives whether it goes on when this process ends; ended with a signal then
 */
export function startOwner({ outlives }: { outlives: boolean }): Promise<Owned> {
  const owner = spawn(process.execPath, ['-r', 'ts-node/register/transpile-only', join(__dirname, 'run.ts'), ...(outlives ? [] : ['--with-parent'])], {
    cwd: ROOT,
    detached: true,
    env: { ...process.env, TS_NODE_PROJECT: join(ROOT, 'test', 'tsconfig.json'), NODE_OPTIONS: '' },
    stdio: [outlives ? 'ignore' : 'pipe', 'pipe', outlives ? 'pipe' : 'inherit'],
  });
  owner.stderr?.on('data', (data) => process.stderr.write(data));
  return new Promise((resolve, reject) => {
    owner.on('error', reject);
    owner.on('exit', (code) => reject(new Error(`the bench did not start (exit code ${code}); what it said is above`)));
    createInterface(owner.stdout!).once('line', (line) => {
      owner.removeAllListeners('exit');
      if (outlives) {
        [owner.stdout, owner.stderr].forEach((stream) => stream!.destroy());
        owner.unref();
      }
      resolve({ ...JSON.parse(line), owner });
    });
  });
}

/** Ends a bench and waits until nothing of it is left. */
export async function stopOwner({ owner }: Owned): Promise<void> {
  if (owner.exitCode !== null || owner.signalCode !== null) {return;}
  const end = new Promise((resolve) => owner.once('exit', resolve));
  owner.stdin?.end();
  owner.kill('SIGTERM');
  await end;
}
