import { ChildProcessWithoutNullStreams, spawn } from 'child_process';
import { join } from 'path';
import { createInterface } from 'readline';

/** A program to run in a sandbox. */
export interface Program {
  readonly command: string[];
  /** Folder that it runs in; that of the sandbox if left out. */
  readonly cwd?: string;
  readonly env?: { [name: string]: string };
  readonly input?: string;
}

/** How a program ended. */
export interface Outcome {
  readonly code: number;
  /** What it wrote. */
  readonly output: string;
}

/** A mock of AWS and a temporary folder, which are gone when they are stopped or this process ends. */
export class Sandbox {
  /**
   * Starts one that is an account of its own.
   *
   * @param python interpreter that has moto
   */
  public static async start(python: string, accountId: string): Promise<Sandbox> {
    const child = spawn(python, [join(__dirname, 'sandbox.py')], { env: { ...process.env, MOTO_ACCOUNT_ID: accountId } });
    let errors = '';
    child.stderr.on('data', (data) => (errors += data));
    const lines = createInterface(child.stdout);
    const { folder, endpoint } = await new Promise<any>((resolve, reject) => {
      lines.once('line', (line) => resolve(JSON.parse(line)));
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`the mock of AWS did not start (exit code ${code})\n${errors}`)));
    });
    const sandbox = new Sandbox(child, folder, endpoint);
    // that it is gone is what `exit` says
    child.stdin.on('error', () => {});
    lines.on('line', (line) => sandbox.answer(JSON.parse(line)));
    child.once('exit', (code) => sandbox.fail(new Error(`the mock of AWS ended by itself (exit code ${code})\n${errors}`)));
    return sandbox;
  }

  private readonly waiting = new Map<number, { resolve: (outcome: Outcome) => void; reject: (error: Error) => void }>();
  private asked = 0;

  private constructor(
    private readonly child: ChildProcessWithoutNullStreams,
    /** Temporary folder. */
    public readonly folder: string,
    /** Address of the mock, for every service. */
    public readonly endpoint: string,
  ) {}

  /** Runs a program until it ends. */
  public run({ command, cwd = this.folder, env = {}, input = '' }: Program): Promise<Outcome> {
    const id = this.asked++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.child.stdin.write(`${JSON.stringify({ id, command, cwd, env, input })}\n`);
    });
  }

  /** Ends the mock and what still runs, and removes the folder. */
  public async stop(): Promise<void> {
    const end = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.stdin.end();
    await end;
  }

  private answer({ id, ...outcome }: Outcome & { id: number }): void {
    this.waiting.get(id)!.resolve(outcome);
    this.waiting.delete(id);
  }

  private fail(error: Error): void {
    this.waiting.forEach(({ reject }) => reject(error));
    this.waiting.clear();
  }
}
