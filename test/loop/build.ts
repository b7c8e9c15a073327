/** Builds what the loop needs, and nothing else. */
import { buildLoopParts } from './parts';

const log = (line: string) => process.stderr.write(`${new Date().toISOString()} ${line}\n`);

buildLoopParts({ log }).then(() => process.exit(0), (error) => {
  log(error.message);
  process.exit(1);
});
