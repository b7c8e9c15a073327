// Synthesizes every example as its reader would, with the stock `cdk8s synth` in its folder, and says what came out.
// node tools/synth-examples.mjs [<name> ...]
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';

const root = fileURLToPath(new URL('..', import.meta.url));
const examples = join(root, 'examples');
const cli = join(root, 'node_modules/cdk8s-cli/bin/cdk8s');

const present = existsSync(examples) ? readdirSync(examples).filter((name) => existsSync(join(examples, name, 'cdk8s.yaml'))).sort() : [];
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !present.includes(name));
if (unknown.length > 0) {
  throw new Error(`no such example: ${unknown.join(', ')}; there are ${present.join(', ')}`);
}

const outcomes = await inParallel(wanted.length > 0 ? wanted : present, synthesize);
outcomes.forEach((outcome) => console.log(describe(outcome)));
if (outcomes.length === 0) {
  console.error('there is no folder examples/<name>/ with a cdk8s.yaml');
}
process.exitCode = outcomes.length > 0 && outcomes.every(({ failed }) => !failed) ? 0 : 1;

/** Types of the examples are checked by `npm run lint`; here they are only stripped, and nobody is asked whether there is a newer CLI. */
async function synthesize(name) {
  const folder = join(examples, name);
  rmSync(join(folder, 'mlops.out'), { recursive: true, force: true });
  const env = { ...process.env, TS_NODE_TRANSPILE_ONLY: 'true', CDK8S_CHECK_UPGRADE: 'false', PATH: [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter) };
  const { code, output } = await run(process.execPath, [cli, 'synth'], { cwd: folder, env });
  return { name, folder, failed: code !== 0 || !existsSync(join(folder, 'dist')), output };
}

function run(command, args, options) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, options);
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    child.on('error', fail);
    child.on('close', (code) => done({ code, output }));
  });
}

async function inParallel(names, work) {
  const waiting = names.map((name, index) => [name, index]);
  const results = [];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      results[next[1]] = await work(next[0]);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return results;
}

function describe({ name, folder, failed, output }) {
  if (failed) {
    return `${name}: failed\n${output.replace(/^/gm, '  ')}`;
  }
  const artifacts = filesBelow(join(folder, 'mlops.out'));
  const reports = artifacts.filter((file) => file.endsWith('report.json')).map((file) => JSON.parse(readFileSync(file, 'utf8')));
  return [
    name,
    `  objects    ${counted(objectsIn(join(folder, 'dist')))}`,
    `  terraform  ${counted(artifacts.filter((file) => file.endsWith('cdk.tf.json')).flatMap(resourcesIn))}`,
    `  findings   ${counted(reports.flatMap(({ findings = [] }) => findings).map(nameOfFinding))}`,
    `  report     ${artifacts.filter((file) => file.endsWith('report.md')).map((file) => relative(process.cwd(), file)).join(', ') || 'none'}`,
    '',
  ].join('\n');
}

function objectsIn(folder) {
  const documents = filesBelow(folder).flatMap((file) => parseAllDocuments(readFileSync(file, 'utf8'), { version: '1.1' }));
  return documents.map((document) => document.toJS()?.kind).filter((kind) => kind !== undefined);
}

function resourcesIn(file) {
  const { resource = {} } = JSON.parse(readFileSync(file, 'utf8'));
  return Object.entries(resource).flatMap(([type, resources]) => Object.keys(resources).map(() => type));
}

function nameOfFinding({ severity, acknowledged }) {
  return acknowledged === undefined ? severity : `acknowledged ${severity}`;
}

/** Such as `1 Deployment, 2 Service`. */
function counted(names) {
  const sorted = names.toSorted();
  return [...new Set(sorted)].map((name) => `${sorted.filter((other) => other === name).length} ${name}`).join(', ') || 'none';
}

function filesBelow(folder) {
  if (!existsSync(folder)) {return [];}
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
