/**
 * `npm run test:node`, `npm run bench:node`: runs a command inside namespaces that can hold real nodes, and proves that nothing of it is left.
 *
 * Options of its own, wherever they stand: `--install` installs missing packages, `--times=10` does it ten times. Where a machine cannot do it,
 * the tests are reported as skipped; with `CI_NO_SKIP=1` that is a failure.
 */
import { mkdirSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { buildNodeParts } from './build';
import { enter } from './enter';
import { Traces } from './leftovers';
import { installMissing, obstacle } from './requirements';

const REPORT = join(__dirname, '..', '..', '..', 'test-reports', 'node.xml');
const say = (line: string) => process.stderr.write(`${line}\n`);

const isOption = (word: string) => /^--(install|times=\d+)$/.test(word);
const options = process.argv.slice(2).filter(isOption);
const command = process.argv.slice(2).filter((word) => !isOption(word));
const times = Number(options.find((option) => option.startsWith('--times='))?.slice('--times='.length) ?? 1);

async function run(): Promise<number> {
  rmSync(REPORT, { force: true });
  if (options.includes('--install')) {installMissing(say);}
  const reason = obstacle();
  if (reason) {
    say(reason);
    if (process.env.CI_NO_SKIP === '1') {return 1;}
    reportSkipped(reason);
    return 0;
  }
  const interrupted = new AbortController();
  ['SIGTERM', 'SIGINT', 'SIGHUP'].forEach((signal) => process.on(signal, () => interrupted.abort()));
  await buildNodeParts({ log: say, signal: interrupted.signal });
  let code = 0;
  for (let time = 1; time <= times && code === 0 && !interrupted.signal.aborted; time++) {
    const started = Date.now();
    code = await runOnce(interrupted.signal);
    if (times > 1) {say(`${time} of ${times}: exit code ${code} after ${((Date.now() - started) / 1000).toFixed(1)} s, nothing left`);}
  }
  return code;
}

async function runOnce(interrupted: AbortSignal): Promise<number> {
  const traces = new Traces();
  const inside = enter(command);
  interrupted.addEventListener('abort', inside.kill);
  await traces.follow(inside.pid);
  const code = await inside.ended;
  const left = traces.left();
  if (left.length > 0) {throw new Error(`left behind:\n${left.map((trace) => `  ${trace}`).join('\n')}`);}
  return interrupted.aborted ? 130 : code;
}

function reportSkipped(reason: string): void {
  const escaped = reason.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
  mkdirSync(join(REPORT, '..'), { recursive: true });
  writeFileSync(REPORT, '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites tests="1"><testsuite name="real nodes" tests="1" skipped="1">'
    + `<testcase classname="real nodes" name="need what this machine has not"><skipped message="${escaped}"/></testcase></testsuite></testsuites>\n`);
}

run().then((code) => process.exit(code), (error) => {
  say(error.message);
  process.exit(1);
});
