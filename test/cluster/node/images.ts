import { createHash } from 'crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join, relative } from 'path';
import { Buildah } from './buildah';
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
      const buildah = new Buildah(scratch, port, signal);
      const digests: { [name: string]: string } = {};
      for (const name of imageNames()) {
        log(`image ${name}: building`);
        digests[name] = await buildImage(name, scratch, buildah, signal);
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

async function buildImage(name: string, scratch: string, buildah: Buildah, signal?: AbortSignal): Promise<string> {
  const context = join(scratch, name);
  mkdirSync(context);
  cpSync(join(SOURCES, name, 'Containerfile'), join(context, 'Containerfile'));
  await go(['build', '-trimpath', '-buildvcs=false', '-ldflags', '-s -w', '-o', join(context, name), `./${name}`], { cwd: SOURCES, signal });

  return buildah.build({ name, context, timestamp: 0 });
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
