import { spawn } from 'child_process';
import { readFileSync } from 'fs';
import { join } from 'path';

/** What an image is built from. */
export interface ImageSource {
  readonly name: string;
  readonly context: string;
  /**
   * File of the instructions.
   *
   * @default - `Containerfile` of the context
   */
  readonly file?: string;
  /**
   * Stage that is wanted.
   *
   * @default - the last one
   */
  readonly target?: string;
  /**
   * Image that stands where the first `FROM` names one that cannot be pulled here.
   *
   * @default - what the file says
   */
  readonly from?: string;
  /**
   * Time of every file: with it, the same content gives the same digest. Not for Python, which compiles again what is older than it was.
   *
   * @default - the time of each file
   */
  readonly timestamp?: number;
  /**
   * Files of this machine that the instructions see, and the image does not keep.
   *
   * @default - none
   */
  readonly mounts?: string[];
}

/** Builds images into a registry on the loopback interface, and keeps nothing else. */
export class Buildah {
  /** @param scratch folder that its owner removes */
  public constructor(private readonly scratch: string, private readonly port: number, private readonly signal?: AbortSignal, private readonly driver = 'vfs') {}

  /** Builds an image and pushes it; its digest. */
  public async build({ name, context, file, target, from, timestamp, mounts = [] }: ImageSource): Promise<string> {
    const image = this.addressOf(name);
    const digest = join(this.scratch, `${name.replace(':', '-')}.digest`);
    await this.run([
      'bud', '--isolation', 'chroot', ...timestamp === undefined ? [] : ['--timestamp', `${timestamp}`], '--quiet', '--layers=false', '--tls-verify=false', '--tag', image,
      ...file ? ['--file', file] : [], ...target ? ['--target', target] : [], ...from ? ['--from', from] : [],
      ...mounts.flatMap((path) => ['--volume', `${path}:${path}:ro`]), context,
    ]);
    await this.run(['push', '--quiet', '--tls-verify=false', '--digestfile', digest, image]);
    return readFileSync(digest, 'utf8').trim();
  }

  /** Where an image is, by its name, which may have a tag. */
  public addressOf(name: string): string {
    return `127.0.0.1:${this.port}/${name.includes(':') ? name : `${name}:bench`}`;
  }

  private run(args: string[]): Promise<void> {
    const store = ['--root', join(this.scratch, 'store'), '--runroot', join(this.scratch, 'run'), '--storage-driver', this.driver];
    return runProgram('buildah', [...store, ...args], this.signal);
  }
}

/** Runs a program; a failure says what it said. */
export function runProgram(program: string, args: string[], signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], signal });
    let errors = '';
    child.stderr.on('data', (data) => (errors += data));
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`${program} failed\n${errors.trim()}`))));
  });
}
