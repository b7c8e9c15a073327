import { buildNodeParts } from './build';
import { REGISTRY_PORT, startRealCluster } from './real-nodes';
import { tellTests } from './tell-tests';

/** One cluster for the suite; the environment says where everything is. */
export = async function setUp(): Promise<void> {
  const log = (line: string) => process.stderr.write(`${line}\n`);
  const parts = await buildNodeParts({ log });
  const started = Date.now();
  const cluster = await startRealCluster('/run/bench', parts);
  log(`real nodes ready, ${((Date.now() - started) / 1000).toFixed(1)} s`);
  tellTests(cluster, parts);
  process.env.IMAGES = JSON.stringify(Object.fromEntries(
    Object.entries(parts.images.digests).map(([name, digest]) => [name, { repository: `127.0.0.1:${REGISTRY_PORT}/${name}`, digest }]),
  ));
};
