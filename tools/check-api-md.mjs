// API.md is committed, so that a change of the API is seen in review; here it is compared with what the last compilation says.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'api-md-'));
try {
  const docgen = join(root, 'node_modules', 'jsii-docgen', 'bin', 'jsii-docgen');
  execFileSync(process.execPath, [docgen, '-o', join(folder, 'API.md')], { cwd: root, stdio: 'inherit' });
  const committed = join(root, 'API.md');
  if (!existsSync(committed) || readFileSync(join(folder, 'API.md'), 'utf8') !== readFileSync(committed, 'utf8')) {
    console.error('API.md is older than the sources; run `npm run docgen` and commit it');
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
