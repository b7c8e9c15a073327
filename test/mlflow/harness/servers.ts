import { ChildProcess, execFileSync, spawn } from 'child_process';
import { chmodSync, chownSync, existsSync, mkdirSync } from 'fs';
import { delimiter, join } from 'path';
import { freePort } from './pod';

/** Something that the server needs around it. */
export interface Neighbour {
  readonly url: string;
  stop(): void;
}

/** An object store that speaks S3, with one bucket. */
export async function objectStore(python: string, bucket: string): Promise<Neighbour> {
  const port = await freePort();
  const child = spawn(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', `${port}`], { detached: true, stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  await until(async () => (await fetch(`${url}/moto-api/`)).ok);
  await fetch(`${url}/${bucket}`, { method: 'PUT', headers: { Authorization: AUTHORIZATION } });
  return { url, stop: () => end(child) };
}

/** Keys of the objects in a bucket. */
export async function keysIn(store: Neighbour, bucket: string): Promise<string[]> {
  const answer = await (await fetch(`${store.url}/${bucket}?list-type=2`, { headers: { Authorization: AUTHORIZATION } })).text();
  return [...answer.matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key]) => key).sort();
}

const AUTHORIZATION = 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0';

/** The programs of PostgreSQL, where this machine has them. */
export function postgresPrograms(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).concat(['/usr/lib/postgresql/17/bin', '/usr/lib/postgresql/16/bin', '/usr/lib/postgresql/15/bin']);
  return folders.find((folder) => ['initdb', 'postgres'].every((program) => existsSync(join(folder, program))));
}

/** A PostgreSQL server with one empty database, whose password has signs that an address must escape. */
export async function postgres(programs: string, folder: string): Promise<Neighbour> {
  const port = await freePort();
  const data = join(folder, 'postgres');
  mkdirSync(data, { recursive: true });
  // it refuses to run as root
  const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  if (user.uid) {
    chmodSync(folder, 0o711);
    chownSync(data, user.uid, user.gid);
  }
  execFileSync(join(programs, 'initdb'), ['-D', data, '-U', 'mlflow', '--auth=trust', '--no-sync'], { ...user, stdio: 'ignore', cwd: data });
  const child = spawn(join(programs, 'postgres'), ['-D', data, '-p', `${port}`, '-h', '127.0.0.1', '-k', '', '-c', 'fsync=off'], { ...user, detached: true, stdio: 'ignore', cwd: data });
  return { url: `postgresql://mlflow:p%40ss%25word@127.0.0.1:${port}/postgres`, stop: () => end(child, 'SIGINT') };
}

export async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (await holds().catch(() => false)) {return;}
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('a server does not answer');
}

function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): void {
  if (child.exitCode === null && child.pid !== undefined) {process.kill(-child.pid, signal);}
}
