import { createHash } from 'crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { basename, dirname, join, relative } from 'path';
import { BuildOptions } from '../cluster/harness/build';
import { cached, forgetUnused } from '../cluster/harness/cache';
import { freePorts, Processes } from '../cluster/harness/processes';
import { Buildah, runProgram } from '../cluster/node/buildah';
import { Images } from '../cluster/node/images';
import { startRegistry } from '../cluster/node/registry';

const ROOT = join(__dirname, '..', '..');
const RUNTIME = join(ROOT, 'runtime');
const PROGRAM = join(ROOT, 'examples', 'closed-loop', 'program');
const SOURCES = join(__dirname, 'images');
/** How this machine finds PyPI, and whom it trusts there. */
const TRUST = ['/etc/ssl/certs', '/etc/pip.conf'];
/** Debian whose Python is new enough for the runtime. */
const SUITE = 'trixie';
const PACKAGES = ['base-files', 'python3', 'python3-venv', 'python-is-python3', 'dash', 'coreutils', 'libstdc++6'];

/**
 * The images of the loop: those of the runtime by its own Dockerfile, the program of the example by its own Containerfile, and what Argo Workflows
 * puts beside the containers of its steps.
 */
export async function buildLoopImages(argoexec: string, options: BuildOptions): Promise<Images> {
  const { log } = options;
  const folder = await cached(nameOfImages(argoexec), async (target) => {
    const started = Date.now();
    await fill(target, argoexec, options);
    log(`images of the loop: built in ${Math.round((Date.now() - started) / 1000)} s`);
  }, log);
  forgetUnused('loop-images', folder);
  return { storage: join(folder, 'storage'), digests: JSON.parse(readFileSync(join(folder, 'digests.json'), 'utf8')) };
}

/** Name of what is made of everything that decides what comes out. */
export function nameOfImages(argoexec: string): string {
  const folders = [SOURCES, PROGRAM, ...['src', 'bin', 'requirements'].map((name) => join(RUNTIME, name))];
  return `loop-images-${hashOf([__filename, ...folders.flatMap(filesBelow), join(RUNTIME, 'Dockerfile'), argoexec])}`;
}

async function fill(target: string, argoexec: string, { log, signal }: BuildOptions): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'loop-images-'));
  const processes = new Processes(scratch);
  try {
    const [port] = await freePorts(1);
    await startRegistry(scratch, join(target, 'storage'), port, processes);
    const buildah = new Buildah(scratch, port, signal, 'overlay');
    const digests: { [name: string]: string } = {};
    const build = async (name: string, source: Omit<Parameters<Buildah['build']>[0], 'name'>) => {
      log(`image ${name}: building`);
      digests[name] = await buildah.build({ name, ...source });
    };
    const base = contextOf(scratch, 'base', {});
    await runProgram('mmdebstrap', [
      '--quiet', '--mode=root', '--variant=extract', `--include=${PACKAGES.join(',')}`, '--aptopt=APT::Install-Recommends "false"', SUITE, join(base, 'rootfs.tar'),
    ], signal);
    await build('python', { context: base, file: join(SOURCES, 'Containerfile.base') });
    const mounts = TRUST.filter((path) => existsSync(path));
    for (const stage of ['small', 'full']) {
      await build(`runtime:${stage}`, { context: RUNTIME, file: join(RUNTIME, 'Dockerfile'), target: stage, from: buildah.addressOf('python'), mounts });
    }
    await build('program', { context: PROGRAM, from: buildah.addressOf('runtime:full'), mounts });
    await build('argoexec', { context: contextOf(scratch, 'argoexec', { argoexec }), file: join(SOURCES, 'Containerfile.argoexec') });
    writeFileSync(join(target, 'digests.json'), JSON.stringify(digests));
  } finally {
    await processes.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}

function contextOf(scratch: string, name: string, files: { [name: string]: string }): string {
  const context = join(scratch, name);
  mkdirSync(context);
  Object.entries(files).forEach(([file, from]) => copyFileSync(from, join(context, file)));
  return context;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('__pycache__'))
    .map((entry) => join(entry.parentPath, entry.name)).sort();
}

function hashOf(files: string[]): string {
  const hash = createHash('sha256');
  // a program is large, and its folder is named by what it was built from
  files.forEach((file) => hash.update(nameOf(file)).update(statSync(file).size > 20_000_000 ? '' : readFileSync(file)));
  return hash.digest('hex').slice(0, 16);
}

function nameOf(file: string): string {
  const inside = relative(ROOT, file);
  return inside.startsWith('..') ? join(basename(dirname(file)), basename(file)) : inside;
}
