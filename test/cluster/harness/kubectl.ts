import { spawn } from 'child_process';

/** kubectl of the version of the API server. */
export class Kubectl {
  public constructor(private readonly program: string, private readonly kubeconfig: string, private readonly home: string) {}

  /** Its output; an error holds what it said. */
  public run(...args: string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = spawn(this.program, args, { env: { ...process.env, KUBECONFIG: this.kubeconfig, HOME: this.home }, stdio: ['ignore', 'pipe', 'pipe'] });
      let [output, errors] = ['', ''];
      child.stdout.on('data', (data) => (output += data));
      child.stderr.on('data', (data) => (errors += data));
      child.on('error', reject);
      child.on('close', (code) => (code === 0 ? resolve(output) : reject(new Error(`kubectl ${args.join(' ')}: ${errors.trim()}`))));
    });
  }
}
