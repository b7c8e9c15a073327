import { spawn } from 'child_process';
import { createHash } from 'crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join, relative } from 'path';
import { startRegistry } from './registry';
import { BuildOptions } from '../harness/build';
import { cached, forgetUnused } from '../harness/cache';
import { go } from '../harness/go';
import { freePorts, Processes } from '../harness/processes';

/** Images that nodes can pull. */
export interface Images {
  /** Folder that a registry serves. */
  readonly storage: string;
  /** Digest of each, by name. */
  readonly digests: { [name: string]: string };
}

const SOURCES = join(__dirname, 'images');

/** One static program in an otherwise empty image, for each folder of `images/`. */
export async function buildImages({ log, signal }: BuildOptions): Promise<Images> {
  const folder = await cached(`images-${hashOfSources()}`, async (target) => {
    const started = Date.now();
    const scratch = mkdtempSync(join(tmpdir(), 'images-'));
    const processes = new Processes(scratch);
    try {
      const [port] = await freePorts(1);
      await startRegistry(scratch, join(target, 'storage'), port, processes);
      const digests: { [name: string]: string } = {};
      for (const name of imageNames()) {
        log(`image ${name}: building`);
        digests[name] = await buildImage(name, scratch, port, signal);
      }
      writeFileSync(join(target, 'digests.json'), JSON.stringify(digests));
    } finally {
      await processes.stop();
      rmSync(scratch, { recursive: true, force: true });
    }
    log(`images: built in ${Math.round((Date.now() - started) / 1000)} s`);
  }, log);
  forgetUnused('images', folder);
  return { storage: join(folder, 'storage'), digests: JSON.parse(readFileSync(join(folder, 'digests.json'), 'utf8')) };
}

async function buildImage(name: string, scratch: string, port: number, signal?: AbortSignal): Promise<string> {
  const context = join(scratch, name);
  mkdirSync(context);
  cpSync(join(SOURCES, name, 'Containerfile'), join(context, 'Containerfile'));
  await go(['build', '-trimpath', '-buildvcs=false', '-ldflags', '-s -w', '-o', join(context, name), `./${name}`], { cwd: SOURCES, signal });

  const image = `127.0.0.1:${port}/${name}:bench`;
  const buildah = (...args: string[]) => run('buildah', ['--root', join(scratch, 'store'), '--runroot', join(scratch, 'run'), '--storage-driver', 'vfs', ...args], signal);
  // without a time of its own, the same program gives the same digest
  await buildah('bud', '--isolation', 'chroot', '--timestamp', '0', '--quiet', '--tag', image, context);
  await buildah('push', '--quiet', '--tls-verify=false', '--digestfile', join(context, 'digest'), image);
  return readFileSync(join(context, 'digest'), 'utf8').trim();
}

function imageNames(): string[] {
  return readdirSync(SOURCES, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
}

/** Everything that decides what comes out. */
function hashOfSources(): string {
  const hash = createHash('sha256').update(readFileSync(__filename));
  const files = readdirSync(SOURCES, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  files.map((file) => join(file.parentPath, file.name)).sort().forEach((path) => hash.update(relative(SOURCES, path)).update(readFileSync(path)));
  return hash.digest('hex').slice(0, 16);
}

function run(program: string, args: string[], signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], signal });
    let errors = '';
    child.stderr.on('data', (data) => (errors += data));
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`${program} failed\n${errors.trim()}`))));
  });
}
