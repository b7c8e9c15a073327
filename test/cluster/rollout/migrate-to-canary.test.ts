import { spawn } from 'child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { delimiter, dirname, join } from 'path';
import { parse, stringify } from 'yaml';
import { Cluster } from '../harness/cluster';
import { EndpointWatch } from '../harness/endpoints';

const EXAMPLE = join(__dirname, '..', '..', '..', 'examples', 'migrate-to-canary');
const REPLICAS = 3;

const cluster = new Cluster();
const home = mkdtempSync(join(tmpdir(), 'migrate-'));
afterAll(() => rmSync(home, { recursive: true }));

/** The lines that a reader types, section by section. */
const SECTIONS = readFileSync(join(EXAMPLE, 'README.md'), 'utf8').split(/^## /m).slice(1)
  .map((section) => ({ title: section.split('\n')[0], commands: [...section.matchAll(/^\$ (.+)$/gm)].map(([, command]) => command) }))
  .filter(({ commands }) => commands.length > 0);

const TAKES_OVER: { [title: string]: string } = { 'Where it begins': 'Deployment', 'To the canary': 'Rollout', 'And back': 'Deployment' };

/** What the README makes and deletes. */
const KINDS = [
  ['apps/v1', 'Deployment'], ['argoproj.io/v1alpha1', 'Rollout'], ['v1', 'Service'], ['networking.istio.io/v1', 'VirtualService'],
  ['argoproj.io/v1alpha1', 'AnalysisTemplate'],
];

test('what the README of migrate-to-canary says, to the letter, leaves the Service with all of its pods at any time', async () => {
  const namespace = await cluster.namespace();
  const kubeconfig = contextIn(namespace);
  expect(SECTIONS.map(({ title }) => title)).toEqual(Object.keys(TAKES_OVER));
  const [begin, ...moves] = SECTIONS;
  await run(begin.commands, kubeconfig);

  for (const { title, commands } of moves) {
    const watching = new EndpointWatch(cluster, namespace, 'fraud-detection', (labels) => ('rollouts-pod-template-hash' in labels ? 'Rollout' : 'Deployment'));
    try {
      await run(commands, kubeconfig);
      await cluster.eventually(`${REPLICAS} pods of the ${TAKES_OVER[title]} behind the Service`, async () =>
        watching.last === `${REPLICAS} ${TAKES_OVER[title]}` || watching.last, 60);
    } finally {
      await watching.stop();
    }
    const { fewest, changes } = await watching.stop();
    expect(`${title}: ${fewest < REPLICAS ? changes.join(', then ') : 'never fewer than wished for'}`).toBe(`${title}: never fewer than wished for`);
  }

  const left = await Promise.all(KINDS.map(async ([apiVersion, kind]) => (await cluster.list(apiVersion, kind, namespace)).length));
  expect(left).toEqual([1, 0, 1, 0, 0]);
}, 300_000);

/** A kubeconfig whose context is in a namespace, as a reader has one. */
function contextIn(namespace: string): string {
  const config = parse(readFileSync(process.env.KUBECONFIG!, 'utf8'));
  const contexts = config.contexts.map(({ name, context }: any) => ({ name, context: { ...context, namespace } }));
  const file = join(home, 'kubeconfig');
  writeFileSync(file, stringify({ ...config, contexts }), { mode: 0o600 });
  return file;
}

async function run(commands: string[], kubeconfig: string): Promise<void> {
  const path = [...process.env.KUBECTL ? [dirname(process.env.KUBECTL)] : [], process.env.PATH].join(delimiter);
  const env = { ...process.env, KUBECONFIG: kubeconfig, HOME: home, CDK8S_OUTDIR: undefined, PATH: path };
  for (const command of commands) {
    const started = Date.now();
    await new Promise<void>((resolve, reject) => {
      const child = spawn('sh', ['-c', command], { cwd: EXAMPLE, env, stdio: ['ignore', 'pipe', 'pipe'] });
      let said = '';
      [child.stdout, child.stderr].forEach((stream) => stream.on('data', (data) => (said += data)));
      child.on('error', reject);
      child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`${command}\n${said.trim()}`))));
    });
    process.stderr.write(`  ${((Date.now() - started) / 1000).toFixed(1)} s: ${command}\n`);
  }
}
