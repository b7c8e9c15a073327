import { joinCluster } from './existing';
import { buildLoopParts } from './parts';
import { startLoop } from './start';

/** One cluster for the suite, or that of who runs it. */
export = async function setUp(): Promise<void> {
  const log = (line: string) => process.stderr.write(`${line}\n`);
  const parts = await buildLoopParts({ log });
  const started = Date.now();
  await (process.env.CLUSTER === 'existing' ? joinCluster(parts) : startLoop(parts));
  log(`the cluster and everything beside it are ready, ${((Date.now() - started) / 1000).toFixed(1)} s`);
};
