import { execFileSync, spawn } from 'child_process';
import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { parse, stringify } from 'yaml';
import { Cluster } from './cluster';

const ROOT = join(__dirname, '..', '..', '..');

/** The Python that has what the runtime needs; it is installed at first use. */
export function runtimePython(): string {
  return execFileSync('node', [join(ROOT, 'tools', 'runtime.mjs'), '--run', 'python', '-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
}

/** What a process of the runtime finds in its environment, and nothing of this machine. */
export function runtimeEnvironment(folder: string): { [name: string]: string } {
  return {
    PATH: process.env.PATH!,
    HOME: folder,
    PYTHONPATH: join(ROOT, 'runtime', 'src'),
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONUNBUFFERED: '1',
    MLFLOW_DISABLE_TELEMETRY: 'true',
    KUBECONFIG: join(folder, 'kubeconfig'),
  };
}

/** Writes a kubeconfig into a folder, with a token of a ServiceAccount. */
export async function actAs(cluster: Cluster, namespace: string, account: string, folder: string): Promise<void> {
  const { status, body } = await cluster.server.call('POST', `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`, {
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } },
  });
  if (status !== 201) {throw new Error(`no token: ${body.message}`);}
  const { clusters, contexts, ...rest } = parse(readFileSync(process.env.KUBECONFIG!, 'utf8'));
  const [{ name: user }] = rest.users;
  writeFileSync(join(folder, 'kubeconfig'), stringify({ ...rest, clusters, contexts, users: [{ name: user, user: { token: body.status.token } }] }));
}

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** A program of the runtime that runs. */
export class RuntimeProcess {
  /** Resolves when it has ended. */
  public readonly ended: Promise<Ended>;
  private readonly child;
  private output = '';

  public constructor(python: string, args: string[], folder: string, env: { [name: string]: string } = {}) {
    this.child = spawn(python, args, { env: { ...runtimeEnvironment(folder), ...env }, cwd: folder });
    [this.child.stdout, this.child.stderr].forEach((stream) => stream.on('data', (data) => (this.output += data)));
    this.ended = new Promise((resolve) => this.child.on('close', (code) => resolve({ code, output: this.output })));
  }

  /** What it said until now. */
  public get said(): string {
    return this.output;
  }

  /** Lets a program go on that waits for a line. */
  public goOn(): void {
    this.child.stdin.end('\n');
  }

  /** Sends a signal. */
  public kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}
