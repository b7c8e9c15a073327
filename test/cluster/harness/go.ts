import { spawn } from 'child_process';
import { createInterface } from 'readline';

/** What a run of Go says while it works. */
export interface GoRun {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  /** Called with what is done so far, every few seconds. */
  readonly progress?: (words: string) => void;
}

const PROGRESS_EVERY_MS = 15_000;

/** Runs `go`; its output. A failure says what to do about it. */
export async function go(args: string[], { cwd, env, signal, progress }: GoRun): Promise<string> {
  const started = Date.now();
  const child = spawn('go', args, { cwd, env: { ...process.env, CGO_ENABLED: '0', ...env }, stdio: ['ignore', 'pipe', 'pipe'], signal });
  let output = '';
  const errors: string[] = [];
  const done = { compiled: 0, downloaded: 0 };
  child.stdout.on('data', (data) => (output += data));
  createInterface(child.stderr).on('line', (line) => {
    if (line.startsWith('go: downloading ')) {
      done.downloaded++;
    } else if (/^[\w.-]+(\/[\w.~-]+)*$/.test(line)) {
      done.compiled++;
    } else {
      errors.push(line);
    }
  });
  const timer = setInterval(() => progress?.(`${done.downloaded} modules loaded, ${done.compiled} packages compiled, ${seconds(started)} s`), PROGRESS_EVERY_MS);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    if (code === 0) {return output;}
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? new Error(NO_GO) : error;
  } finally {
    clearInterval(timer);
  }
  throw new Error(explain(args, [...output.split('\n'), ...errors]));
}

const NO_GO = "'go' is not on the path; the programs of the cluster tests are built with Go 1.26.1 or newer: "
  + "install it (https://go.dev/doc/install, or your system's package 'golang') and try again";

/** What the lines of a failed run mean, with the lines. */
export function explain(args: string[], errors: string[]): string {
  const text = errors.join('\n');
  const [, needed, found] = /requires go >= ([\d.]+) \(running go ([\d.]+)/.exec(text) ?? [];
  const last = errors.slice(-15).join('\n');
  if (/no space left on device/.test(text)) {
    return `the disk is full: a first build needs about 10 GB in Go's caches (go env GOCACHE GOMODCACHE); free some, or move them by these variables\n${last}`;
  }
  if (needed) {
    return `Go ${found} is too old, ${needed} or newer is needed: install it (https://go.dev/doc/install), or let Go fetch it with GOTOOLCHAIN=auto\n${last}`;
  }
  if (/checksum mismatch|SECURITY ERROR/.test(text)) {
    return `a module is not what go.sum says; do not go on before you know why\n${last}`;
  }
  if (/dial tcp|no such host|not available|404 Not Found|410 Gone|403 Forbidden|connection refused|i\/o timeout|module lookup disabled|unrecognized import path/.test(text)) {
    return `a Go module cannot be had: the first build needs a module proxy (go env GOPROXY); later ones need nothing\n${last}`;
  }
  return `go ${args[0]} failed\n${last}`;
}

function seconds(since: number): number {
  return Math.round((Date.now() - since) / 1000);
}
