import { ChildProcess, spawn } from 'child_process';
import { mkdirSync } from 'fs';
import { createServer } from 'net';
import { delimiter, dirname, join } from 'path';

/** What a cluster would give to a pod, and a machine gives it instead. */
export interface Machine {
  readonly python: string;
  /** Folder in which the paths of the pod are. */
  readonly folder: string;
  /** Values of Secrets, by `<name>/<key>`. */
  readonly secrets: { [reference: string]: string };
  /** Port of this machine for each port of the pod. */
  readonly ports: { [port: string]: number };
}

/** A container that runs. */
export interface Running {
  readonly name: string;
  readonly process: ChildProcess;
  output(): string;
}

/** The containers of a PodSpec as processes: the rendered command, arguments and environment, with paths and ports of this machine. */
export class Pod {
  public readonly running: Running[] = [];
  private readonly groups: number[] = [];

  public constructor(private readonly spec: any, private readonly machine: Machine) {
    for (const { volumeMounts = [] } of [...spec.initContainers ?? [], ...spec.containers]) {
      volumeMounts.forEach(({ mountPath }: any) => mkdirSync(join(machine.folder, mountPath), { recursive: true }));
    }
  }

  /** Runs the containers in their order: what ends is waited for, what stays is left running once its startup probe succeeds. */
  public async start(): Promise<void> {
    for (const container of this.spec.initContainers ?? []) {
      if (container.restartPolicy === 'Always') {
        await this.stay(container);
      } else {
        await this.finish(container);
      }
    }
  }

  /** Runs every container; those that end must end well. */
  public async run(): Promise<string> {
    await this.start();
    const outputs: string[] = [];
    for (const container of this.spec.containers) {
      outputs.push(await this.finish(container));
    }
    await this.stop();
    return outputs.join('\n');
  }

  /** Starts every container, and waits until those with a startup probe answer. */
  public async serve(): Promise<void> {
    await this.start();
    for (const container of this.spec.containers) {
      await this.stay(container);
    }
  }

  public async stop(): Promise<void> {
    const ended = this.running.splice(0).map(({ process: child }) => new Promise<void>((resolve) => {
      child.on('exit', () => resolve());
      if (child.exitCode !== null || child.signalCode !== null) {resolve();}
    }));
    // the server does not wait for its workers, so the whole group is told
    this.groups.splice(0).forEach((group) => {
      try {
        process.kill(-group, 'SIGKILL');
      } catch {
        // it has ended
      }
    });
    await Promise.all(ended);
  }

  private async stay(container: any): Promise<void> {
    const running = this.launch(container);
    this.running.push(running);
    const deadline = Date.now() + 300_000;
    while (!await this.answers(container.startupProbe)) {
      if (running.process.exitCode !== null || Date.now() > deadline) {
        throw new Error(`${container.name} does not start\n${running.output()}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }

  private async answers(probe: any): Promise<boolean> {
    if (probe.exec) {
      return this.launch({ name: 'probe', command: probe.exec.command, env: [] }).ended.then((code) => code === 0);
    }
    try {
      return (await fetch(`http://127.0.0.1:${this.machine.ports[probe.httpGet.port]}${probe.httpGet.path}`)).ok;
    } catch {
      return false;
    }
  }

  private async finish(container: any): Promise<string> {
    const running = this.launch(container);
    const code = await running.ended;
    if (code !== 0) {throw new Error(`${container.name} ended with ${code}\n${running.output()}`);}
    return running.output();
  }

  private launch(container: any): Running & { ended: Promise<number | null> } {
    const { python } = this.machine;
    const env = Object.fromEntries((container.env ?? []).map(({ name, value, valueFrom }: any) =>
      [name, value === undefined ? this.secret(valueFrom.secretKeyRef) : this.here(value)]));
    const expand = (text: string) => this.here(text).replace(/\$\(([A-Z0-9_]+)\)/g, (_, name) => env[name]);
    const [program, ...rest] = [...container.command, ...container.args ?? []].map(expand);
    const [command, first] = program === 'mlflow' ? [python, ['-m', 'mlflow']] : [python, []];
    const child = spawn(command, [...first, ...rest], {
      cwd: join(this.machine.folder, 'tmp'),
      env: { ...env, PATH: [dirname(python), process.env.PATH].join(delimiter) },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.groups.push(child.pid!);
    let output = '';
    [child.stdout, child.stderr].forEach((stream) => stream.on('data', (data) => (output += data)));
    const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
    return { name: container.name, process: child, output: () => output, ended };
  }

  private secret({ name, key }: { name: string; key: string }): string {
    const value = this.machine.secrets[`${name}/${key}`];
    if (value === undefined) {throw new Error(`no value for the secret ${name}/${key}`);}
    return value;
  }

  /** Paths and ports of the pod as this machine has them. */
  private here(text: string): string {
    const { folder, ports } = this.machine;
    const withPaths = text.replace(/(^|[='(]|sqlite:\/\/\/)\/(tmp|auth|mlflow)(?=\/|$)/g, (_, before, path) => `${before}${join(folder, path)}`);
    return Object.entries(ports).reduce((result, [port, local]) => result.replace(new RegExp(`(?<=[:=])${port}\\b`, 'g'), `${local}`), withPaths)
      .replace('--host=0.0.0.0', '--host=127.0.0.1');
  }
}

/** A port that nobody uses just now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
