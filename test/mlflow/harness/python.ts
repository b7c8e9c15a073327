import { execFileSync } from 'child_process';
import { join } from 'path';

const ROOT = join(__dirname, '..', '..', '..');

/** The Python of the runtime's tests, with everything as locked; `RUNTIME_PYTHON` names another. */
export function python(): string {
  return process.env.RUNTIME_PYTHON
    ?? execFileSync(process.execPath, [join(ROOT, 'tools', 'runtime.mjs'), '--run', 'python', '-c', 'import sys; print(sys.executable)'], { cwd: ROOT, encoding: 'utf8' }).trim();
}
