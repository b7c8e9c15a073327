import { pythonWithMoto } from './moto';
import { missingTool } from './tools';

/** Without Terraform or Python the suite is skipped and says why; `CI_NO_SKIP=1` makes that a failure. */
export = async function setUp(): Promise<void> {
  const log = (line: string) => process.stderr.write(`${line}\n`);
  const missing = missingTool();
  if (missing === undefined) {
    process.env.MOTO_PYTHON = await pythonWithMoto(log);
    return;
  }
  if (process.env.CI_NO_SKIP === '1') {throw new Error(missing);}
  log(`skipped: ${missing}`);
};
