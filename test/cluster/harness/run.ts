/**
 * Owns a bench: starts it, says `{ kubeconfig, logs }` on one line, and ends it when it is told to, or when whoever started it is gone.
 * The programs are its children, so that they end with it whatever happens.
 */
import { startBench } from './bench';
import { build } from './build';

const leaving = new AbortController();
const leave = () => leaving.abort();
['SIGTERM', 'SIGINT', 'SIGHUP'].forEach((signal) => process.on(signal, leave));
if (process.argv.includes('--with-parent')) {
  process.stdin.on('end', leave).on('close', leave).on('error', leave).resume();
}

async function run(): Promise<void> {
  const built = await build({ log: (line) => process.stderr.write(`${line}\n`), signal: leaving.signal });
  const bench = await startBench(built, leaving.signal);
  try {
    process.stdout.write(`${JSON.stringify({ kubeconfig: bench.kubeconfig, logs: bench.logs, rolloutsMetrics: bench.rolloutsMetrics, programs: built.programs })}\n`);
    // a signal alone does not keep a process alive
    const alive = setInterval(() => {}, 60_000);
    await new Promise<void>((resolve) => (leaving.signal.aborted ? resolve() : leaving.signal.addEventListener('abort', () => resolve())));
    clearInterval(alive);
  } finally {
    await bench.stop();
  }
}

run().then(() => process.exit(0), (error) => {
  process.stderr.write(leaving.signal.aborted ? '' : `${error.message}\n`);
  process.exit(leaving.signal.aborted ? 0 : 1);
});
