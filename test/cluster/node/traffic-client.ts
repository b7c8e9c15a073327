/**
 * Calls a model without a pause, with connections that are kept and with new ones, and never tries twice: a request that gets no good answer is
 * a lost one. A process of its own, so that nothing else keeps it from calling.
 */
import { Agent, request, RequestOptions } from 'http';
import { TrafficCount } from './traffic';

const KEPT_CONNECTIONS = 10;
const EVERY_MS = 25;
const TIMEOUT_MS = 10_000;

const [, , host, port, path, body] = process.argv;
const kept = Array.from({ length: KEPT_CONNECTIONS }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
let count = emptyCount();

function emptyCount(): TrafficCount & { since: number } {
  return { since: Date.now(), seconds: 0, kept: 0, fresh: 0, reused: 0, failures: [], versions: {} };
}

function call(agent: Agent | false, done: () => void): void {
  let finished = false;
  const started = Date.now();
  const finish = (failure?: string) => {
    if (finished) {return;}
    finished = true;
    if (failure) {count.failures.push(`${agent ? 'kept' : 'new'} connection, after ${Date.now() - started} ms: ${failure}`);}
    done();
  };
  const options: RequestOptions = {
    host, port, path, method: 'POST', agent, timeout: TIMEOUT_MS, headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
  };
  const asked = request(options, (response) => {
    let answer = '';
    response.setEncoding('utf8').on('data', (data) => (answer += data)).on('error', (error) => finish(error.message)).on('end', () => {
      if (response.statusCode !== 200) {return finish(`${response.statusCode} ${answer.trim()}`);}
      const { version } = JSON.parse(answer);
      count.versions[version] = (count.versions[version] ?? 0) + 1;
      if (asked.reusedSocket) {count.reused++;}
      finish();
    });
  });
  asked.on('timeout', () => asked.destroy(new Error('no answer')));
  asked.on('error', (error) => finish(error.message));
  asked.end(body);
}

function callAgain(agent: Agent): void {
  count.kept++;
  const started = Date.now();
  call(agent, () => setTimeout(() => callAgain(agent), Math.max(0, KEPT_CONNECTIONS * EVERY_MS - (Date.now() - started))));
}

kept.forEach((agent, index) => setTimeout(() => callAgain(agent), index * EVERY_MS));
setInterval(() => {
  count.fresh++;
  call(false, () => {});
}, EVERY_MS);

process.on('message', () => {
  const { since, ...counted } = count;
  count = emptyCount();
  process.send!({ ...counted, seconds: (Date.now() - since) / 1000 });
});
process.on('disconnect', () => process.exit(0));
