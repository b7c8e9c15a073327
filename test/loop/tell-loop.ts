import { LoopParts } from './parts';
import { Running } from '../cluster/node/real-nodes';
import { tellTests } from '../cluster/node/tell-tests';

/** Tells tests of the loop by the environment where everything is, and the end of the suite what to stop. */
export function tellLoop(cluster: Running, parts: LoopParts): void {
  tellTests(cluster, parts);
  process.env.LOOP_PYTHON = parts.python;
  process.env.LOOP_IMAGES = JSON.stringify(parts.loopImages.digests);
}
