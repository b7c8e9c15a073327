import { ChildProcess, spawn } from 'child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'fs';
import { createServer } from 'net';
import { join } from 'path';
import { setTimeout as sleep } from 'timers/promises';

/** Programs that run, each with a log of its own, until they are stopped together. */
export class Processes {
  private readonly running = new Map<string, ChildProcess>();
  private readonly started = new Map<string, Parameters<Processes['start']>>();
  private stopping = false;

  /** @param logs folder of the logs */
  public constructor(private readonly logs: string) {}

  /** Starts a program; `started` rejects as soon as it ends by itself. */
  public start(name: string, command: string, args: string[], env: NodeJS.ProcessEnv = {}): void {
    this.started.set(name, [name, command, args, env]);
    const log = openSync(this.logOf(name), 'a');
    // the kernel ends it should this process be killed and get no chance to
    const [program, ...rest] = existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', 'KILL', '--', command, ...args] : [command, ...args];
    const child = spawn(program, rest, { stdio: ['ignore', log, log], env: { ...process.env, ...env } });
    closeSync(log);
    child.on('error', () => {});
    this.running.set(name, child);
  }

  /** Waits until a check passes; fails when one of the programs ends, or time is up. */
  public async until(what: string, check: () => Promise<boolean>, seconds = 60): Promise<void> {
    for (const deadline = Date.now() + seconds * 1000; Date.now() < deadline; await sleep(50)) {
      this.requireAlive();
      if (await check().catch(() => false)) {return;}
    }
    throw new Error(`${what} did not happen within ${seconds} s\n${[...this.running.keys()].map((name) => this.tail(name)).join('\n')}`);
  }

  /** Ends one of them as a crash would. */
  public async kill(name: string): Promise<void> {
    const child = this.running.get(name);
    this.running.delete(name);
    if (child) {await end(child);}
  }

  /** Starts a program that was killed, as it was started before. */
  public startAgain(name: string): void {
    this.start(...this.started.get(name)!);
  }

  /** Ends all of them at once: nothing that they hold is needed any more. */
  public async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all([...this.running.values()].map(end));
    this.running.clear();
  }

  private requireAlive(): void {
    if (this.stopping) {throw new Error('stopped');}
    for (const [name, child] of this.running) {
      if (hasEnded(child)) {throw new ProgramEnded(name, this.tail(name));}
    }
  }

  private logOf(name: string): string {
    return join(this.logs, `${name}.log`);
  }

  private tail(name: string): string {
    return [`last lines of ${name}:`, ...readFileSync(this.logOf(name), 'utf8').trimEnd().split('\n').slice(-8).map((line) => `  ${line.slice(0, 400)}`)].join('\n');
  }
}

const SETPRIV = '/usr/bin/setpriv';

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) {return;}
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exit;
}

/** Whether a program ended, or never began. */
function hasEnded({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid === undefined || exitCode !== null || signalCode !== null;
}

/** A program that ended by itself. */
export class ProgramEnded extends Error {
  /** Whether somebody else took its port between the choice and the start. */
  public readonly portTaken: boolean;

  public constructor(name: string, tail: string) {
    super(`${name} ended by itself\n${tail}`);
    this.portTaken = tail.includes('address already in use');
  }
}

/** Ports of the loopback interface that nobody listens on, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
    const server = createServer().once('error', reject).listen(0, '127.0.0.1', () => resolve(server));
  })));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
