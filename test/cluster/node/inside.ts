import { mkdirSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { enter } from './enter';
import { Traces } from './leftovers';
import { installMissing, obstacle } from './requirements';
import { BuildOptions } from '../harness/build';

const REPORTS = join(__dirname, '..', '..', '..', 'test-reports');
const say = (line: string) => process.stderr.write(`${line}\n`);

/** A suite that runs inside namespaces. */
export interface Suite<Parts> {
  /** Name of the file of its report. */
  readonly report: string;
  /** Makes what the suite needs, while there is still a way out. */
  readonly prepare: (options: BuildOptions) => Promise<Parts>;
  /** Runs the command beside the cluster of `KUBECONFIG` instead, with `CLUSTER=existing`. */
  readonly beside?: (command: string[], parts: Parts) => Promise<number>;
}

/**
 * Runs the command of this process inside namespaces that can hold real nodes, proves that nothing of it is left, and ends this process.
 *
 * Options of its own, wherever they stand: `--install` installs missing packages, `--build` only builds what is missing, `--times=10` does it ten
 * times. Where a machine cannot do it, the tests are reported as skipped; with `CI_NO_SKIP=1` that is a failure.
 */
export function runInside<Parts>(suite: Suite<Parts>): void {
  run(suite).then((code) => process.exit(code), (error) => {
    say(error.message);
    process.exit(1);
  });
}

async function run<Parts>({ report, prepare, beside }: Suite<Parts>): Promise<number> {
  const isOption = (word: string) => /^--(install|build|times=\d+)$/.test(word);
  const options = process.argv.slice(2).filter(isOption);
  const command = process.argv.slice(2).filter((word) => !isOption(word));
  const times = Number(options.find((option) => option.startsWith('--times='))?.slice('--times='.length) ?? 1);
  const file = join(REPORTS, report);
  rmSync(file, { force: true });
  if (options.includes('--install')) {installMissing(say);}
  const reason = obstacle();
  if (reason) {
    say(reason);
    if (process.env.CI_NO_SKIP === '1') {return 1;}
    reportSkipped(file, reason);
    return 0;
  }
  const interrupted = new AbortController();
  ['SIGTERM', 'SIGINT', 'SIGHUP'].forEach((signal) => process.on(signal, () => interrupted.abort()));
  const parts = await prepare({ log: say, signal: interrupted.signal });
  if (options.includes('--build')) {return 0;}
  if (beside && process.env.CLUSTER === 'existing') {return beside(command, parts);}
  let code = 0;
  for (let time = 1; time <= times && code === 0 && !interrupted.signal.aborted; time++) {
    const started = Date.now();
    code = await runOnce(command, interrupted.signal);
    if (times > 1) {say(`${time} of ${times}: exit code ${code} after ${((Date.now() - started) / 1000).toFixed(1)} s, nothing left`);}
  }
  return code;
}

async function runOnce(command: string[], interrupted: AbortSignal): Promise<number> {
  const traces = new Traces();
  const inside = enter(command);
  interrupted.addEventListener('abort', inside.kill);
  await traces.follow(inside.pid);
  const code = await inside.ended;
  const left = traces.left();
  if (left.length > 0) {throw new Error(`left behind:\n${left.map((trace) => `  ${trace}`).join('\n')}`);}
  return interrupted.aborted ? 130 : code;
}

function reportSkipped(file: string, reason: string): void {
  const escaped = reason.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
  mkdirSync(REPORTS, { recursive: true });
  writeFileSync(file, '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites tests="1"><testsuite name="real nodes" tests="1" skipped="1">'
    + `<testcase classname="real nodes" name="need what this machine has not"><skipped message="${escaped}"/></testcase></testsuite></testsuites>\n`);
}
