/**
 * Customers of the model, and the sidecars of their pods: nobody installs a mesh here, so this client shares its requests out over the two Services
 * as the VirtualService says at that moment. It never tries twice: a request that gets no good answer is a lost one.
 */
import { Agent, request } from 'http';
import { Share, TrafficCount } from './traffic';
import { payment, Season, seeded } from './world';

const EVERY_MS = Number(process.argv[2]);
const TIMEOUT_MS = 10_000;
const random = seeded(Number(process.argv[3]));
const agents = new Map<string, Agent>();
let shares: Share[] = [];
let season = Season.USUAL;
let count: TrafficCount = { requests: 0, failures: {}, versions: {} };

function chosen(): Share | undefined {
  let lot = random() * shares.reduce((sum, { weight }) => sum + weight, 0);
  return shares.find(({ weight }) => (lot -= weight) < 0);
}

/** No further request goes over the connections to a host; those that wait for an answer get it. */
function letGo(key: string): void {
  const agent = agents.get(key);
  if (!agent) {return;}
  agents.delete(key);
  agent.maxFreeSockets = 0;
  Object.values(agent.freeSockets).flat().forEach((socket) => socket?.destroy());
}

function call(keep: boolean): void {
  const share = chosen();
  if (!share) {return;}
  count.requests++;
  const text = JSON.stringify(payment(season, random));
  const key = `${share.host}:${share.port}`;
  if (!agents.has(key)) {agents.set(key, new Agent({ keepAlive: true, maxSockets: 20 }));}
  let finished = false;
  const finish = (failure?: string, version = 'nobody') => {
    if (finished) {return;}
    finished = true;
    count.versions[version] = (count.versions[version] ?? 0) + 1;
    if (failure) {count.failures[`${version}: ${failure}`] = (count.failures[`${version}: ${failure}`] ?? 0) + 1;}
  };
  const asked = request({
    host: share.host,
    port: share.port,
    path: '/predict',
    method: 'POST',
    agent: keep ? agents.get(key) : false,
    timeout: TIMEOUT_MS,
    headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) },
  }, (response) => {
    let answer = '';
    response.setEncoding('utf8').on('data', (data) => (answer += data)).on('error', (error) => finish(error.message)).on('end', () => {
      const { version = 'nobody', error } = answer.startsWith('{') ? JSON.parse(answer) : { error: answer };
      finish(response.statusCode === 200 ? undefined : `${response.statusCode} ${error}`, version);
    });
  });
  asked.on('timeout', () => asked.destroy(new Error('no answer')));
  asked.on('error', (error) => finish(error.message));
  asked.end(text);
}

let turn = 0;
setInterval(() => call(++turn % 4 !== 0), EVERY_MS);

process.on('message', (message: any) => {
  if (message.shares) {
    shares = message.shares;
    // a sidecar knows the pods behind a Service; a connection that was kept would still lead to those of a version that was sent back
    shares.filter(({ weight }) => weight === 0).forEach(({ host, port }) => letGo(`${host}:${port}`));
  }
  if (message.season) {season = message.season;}
  if (message.count) {
    process.send!(count);
    count = { requests: 0, failures: {}, versions: {} };
  }
});
process.on('disconnect', () => process.exit(0));
