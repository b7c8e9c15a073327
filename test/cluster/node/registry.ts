import { mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { stringify } from 'yaml';
import { Processes } from '../harness/processes';

/** A registry of images on the loopback interface, where nodes ask without TLS. */
export async function startRegistry(folder: string, storage: string, port: number, processes: Processes, name = 'registry'): Promise<void> {
  mkdirSync(storage, { recursive: true });
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, stringify({
    version: '0.1',
    log: { level: 'warn' },
    storage: { filesystem: { rootdirectory: storage } },
    http: { addr: `127.0.0.1:${port}` },
  }));
  processes.start(name, 'docker-registry', ['serve', file]);
  await processes.until('an answer of the registry', async () => (await fetch(`http://127.0.0.1:${port}/v2/`)).ok);
}
