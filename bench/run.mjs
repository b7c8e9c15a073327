// The figures of synthesis: `npm run bench`, after `npm run compile`. Every measurement is a process of its own, stock and ours in turn, so that
// neither profits from the other's warm caches nor from a quiet moment of the machine; the median of five counts. Verdicts are about processor
// time, all threads of the process included: what else the machine does is no part of it. Wall time is printed beside it.
//   --runs=<n>      measurements of each kind (5)
//   --only=<name>   one scenario
//   --full          the stock app also where it takes minutes
//
// A file in scenarios/ exports a title, counts, stockUpTo (the largest count for the stock app), build(app, count), and figures(results by count).
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const options = Object.fromEntries(process.argv.slice(2).map((argument) => argument.replace(/^--/, '').split('=')));
const runs = Number(options.runs ?? 5);
const outputTypes = { 'file per app': 0, 'file per chart': 1, 'file per resource': 2, 'folder per chart, file per resource': 3 };

if (!existsSync(join(root, 'lib/index.js'))) {
  throw new Error('lib/ is not there; run `npm run compile` first');
}
console.log(`node ${process.version}, ${cpus().length} CPUs, median of ${runs}\n`);

const verdicts = [...loading()];
for (const name of scenarioNames()) {
  const scenario = await import(`./scenarios/${name}.mjs`);
  verdicts.push(...bytes(name, scenario), ...scenario.figures(times(name, scenario)));
}
process.exitCode = report(verdicts) ? 0 : 1;

function scenarioNames() {
  const names = readdirSync(join(root, 'bench/scenarios')).map((file) => basename(file, '.mjs')).sort();
  return names.filter((name) => options.only === undefined || options.only === name);
}

/** What a user pays until there is an app: the index loads rooms at first use. */
function loading() {
  const index = JSON.stringify(join(root, 'lib/index.js'));
  const programs = ["new (require('cdk8s').App)(); require('cdk8s-plus-28');", `new (require(${index}).MlopsApp)(); require('cdk8s-plus-28');`];
  const [stock, ours] = programs.map((program) => () => {
    const script = `const t = process.cpuUsage(); ${program} const { user, system } = process.cpuUsage(t); console.log((user + system) / 1e3)`;
    return Number(execFileSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8' }));
  });
  const measured = inTurn({ stock, ours }, 2 * runs);
  const [together, alone] = [median(measured.stock), median(measured.ours)];
  console.log(`loading: cdk8s and cdk8s-plus-28 ${together.toFixed(0)} ms, cdk8s-mlops ${alone.toFixed(0)} ms\n`);
  return [{ figure: 'loading, in times of cdk8s and cdk8s-plus-28', value: alone / together, atMost: 1.2 }];
}

function bytes(name, { title }) {
  return Object.entries(outputTypes).map(([label, outputType]) => {
    const [stock, ours] = ['stock', 'mlops'].map((kind) => synthesize(kind, name, 20, outputType).files);
    const paths = new Set([...stock.keys(), ...ours.keys()]);
    const different = [...paths].filter((path) => stock.get(path) !== ours.get(path));
    different.slice(0, 3).forEach((path) => console.log(`different bytes: ${path}`));
    return { figure: `${title}: different files of ${stock.size}, ${label}`, value: stock.size === 0 ? 1 : different.length, atMost: 0 };
  });
}

function times(name, { title, counts, stockUpTo }) {
  const results = {};
  console.log(title);
  console.log(['', 'stock cpu', 'ours cpu', 'factor', 'stock wall', 'ours wall', 'stock MB', 'ours MB'].map((head) => head.padStart(11)).join(''));
  for (const count of counts) {
    const kinds = count <= stockUpTo || 'full' in options ? ['stock', 'mlops'] : ['mlops'];
    const measured = inTurn(Object.fromEntries(kinds.map((kind) => [kind, () => synthesize(kind, name, count, 1)])), runs);
    results[count] = Object.fromEntries(kinds.map((kind) => [kind, {
      wall: median(measured[kind].map(({ wall }) => wall)),
      cpu: median(measured[kind].map(({ cpu }) => cpu)),
      rss: median(measured[kind].map(({ rss }) => rss)),
    }]));
    const { stock, mlops } = results[count];
    const row = [stock?.cpu, mlops.cpu, undefined, stock?.wall, mlops.wall, stock?.rss, mlops.rss].map((value) => value?.toFixed(0));
    row[2] = stock && (stock.cpu / mlops.cpu).toFixed(1);
    console.log([count.toLocaleString('en'), ...row].map((cell) => (cell ?? '-').padStart(11)).join(''));
  }
  console.log();
  return results;
}

function synthesize(kind, scenario, count, outputType) {
  const folder = mkdtempSync(join(tmpdir(), 'cdk8s-mlops-bench-'));
  try {
    const child = ['bench/child.mjs', kind, scenario, String(count), String(outputType), folder];
    return { ...JSON.parse(execFileSync(process.execPath, child, { cwd: root, encoding: 'utf8' })), files: filesBelow(join(folder, 'dist')) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function filesBelow(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(files.map((entry) => join(entry.parentPath, entry.name)).map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]));
}

/** A, B, A, B: whatever else the machine does meets both. */
function inTurn(measurements, times) {
  const results = Object.fromEntries(Object.keys(measurements).map((name) => [name, []]));
  for (let run = 0; run < times; run++) {
    Object.entries(measurements).forEach(([name, measure]) => results[name].push(measure()));
  }
  return results;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function report(figures) {
  for (const { figure, value, atLeast, atMost, aim } of figures) {
    const met = atLeast === undefined ? value <= atMost : value >= atLeast;
    const bound = atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`;
    console.log(`${met ? 'met   ' : 'MISSED'}  ${figure}: ${Number.isInteger(value) ? value : value.toFixed(2)} (${bound}${aim ? `, aim ${aim}` : ''})`);
  }
  return figures.every(({ value, atLeast = -Infinity, atMost = Infinity }) => value >= atLeast && value <= atMost);
}
