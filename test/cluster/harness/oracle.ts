import { ChildProcessWithoutNullStreams, spawn } from 'child_process';
import { createInterface } from 'readline';

/** What a judge says of manifests. */
export interface Verdict {
  readonly accepted: boolean;
  /** What speaks against them, in the words of the controller. */
  readonly reasons: string[];
  /** What the judge says beyond yes and no. */
  readonly details?: any;
}

interface Waiting {
  readonly resolve: (verdict: Verdict) => void;
  readonly reject: (error: Error) => void;
}

/** The program of `modules/oracle`: real controllers' validations and a real policy engine, question by question. */
export class Oracle {
  /** One for all tests of a file: started by the first question, ended when the tests are done. */
  public static forTests(module: 'oracle' | 'oracle-serving' | 'oracle-istio' | 'oracle-workflows' = 'oracle'): Oracle {
    const variable = module.toUpperCase().replace('-', '_');
    const path = process.env[variable];
    if (!path) {throw new Error(`'${variable}' must name the program that is built from modules/${module}; \`npm run test:cluster\` sees to it`);}
    const oracle = new Oracle(path);
    afterAll(() => oracle.end());
    return oracle;
  }

  private readonly waiting = new Map<string, Waiting>();
  private program?: ChildProcessWithoutNullStreams;
  private exit?: Promise<void>;
  private asked = 0;
  private said = '';
  private failure?: Error;

  /** @param path the program; it ends by itself when its input does, so also when this process is killed */
  public constructor(private readonly path: string) {}

  /**
   * Asks a judge. A question that cannot be judged is an error, not a verdict.
   *
   * @param options what the judge needs to know besides
   */
  public ask(judge: string, manifests: any[], options?: unknown): Promise<Verdict> {
    if (this.failure) {return Promise.reject(this.failure);}
    this.program ??= this.start();
    const id = `${++this.asked}`;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.program!.stdin.write(`${JSON.stringify({ id, judge, manifests, options })}\n`);
    });
  }

  /** Ends the program and waits until it is gone. */
  public async end(): Promise<void> {
    this.program?.stdin.end();
    await this.exit;
  }

  private start(): ChildProcessWithoutNullStreams {
    const program = spawn(this.path, [], { stdio: 'pipe' });
    program.on('error', (error) => this.fail(error));
    program.stdin.on('error', (error) => this.fail(error));
    program.stderr.on('data', (data) => (this.said = `${this.said}${data}`.slice(-4000)));
    createInterface(program.stdout).on('line', (line) => this.answer(JSON.parse(line)));
    this.exit = new Promise((resolve) => program.once('close', (code, signal) => {
      this.fail(new Error(`the oracle ended (${signal ?? code})\n${this.said}`));
      resolve();
    }));
    return program;
  }

  private answer({ id, error, ...verdict }: Verdict & { id: string; error?: string }): void {
    const asker = this.waiting.get(id);
    this.waiting.delete(id);
    if (error === undefined) {
      asker?.resolve(verdict);
    } else {
      asker?.reject(new Error(error));
    }
  }

  private fail(error: Error): void {
    this.failure ??= error;
    this.waiting.forEach(({ reject }) => reject(error));
    this.waiting.clear();
  }
}
