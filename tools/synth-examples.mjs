// Synthesizes every example (or those that are named) as `cdk8s synth` does, with the command of its cdk8s.yaml, and prints what came out.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';

const root = fileURLToPath(new URL('..', import.meta.url));
const examples = join(root, 'examples');
const names = process.argv.length > 2 ? process.argv.slice(2) : allExamples();

if (names.length === 0) {
  console.error('there is no folder examples/<name>/ with a cdk8s.yaml');
  process.exitCode = 1;
}
for (const name of names) {
  if (synthesize(join(examples, name))) {
    console.log(`${name}\n${describe(join(examples, name)).map((line) => `  ${line}`).join('\n')}`);
  } else {
    console.error(`${name} failed`);
    process.exitCode = 1;
  }
}

function allExamples() {
  return existsSync(examples) ? readdirSync(examples).filter((name) => existsSync(join(examples, name, 'cdk8s.yaml'))).sort() : [];
}

function synthesize(folder) {
  const { app } = parse(readFileSync(join(folder, 'cdk8s.yaml'), 'utf8'));
  const path = [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
  const { status } = spawnSync(app, { cwd: folder, shell: true, stdio: 'inherit', env: { ...process.env, PATH: path, CDK8S_OUTDIR: 'dist' } });
  return status === 0;
}

function describe(folder) {
  const out = join(folder, 'mlops.out');
  const reports = filesBelow(out, 'report.json').map((file) => JSON.parse(readFileSync(file, 'utf8')));
  const objects = filesBelow(join(folder, 'dist'), '.yaml')
    .flatMap((file) => parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJS()))
    .filter((manifest) => manifest)
    .map(({ kind }) => kind);
  const resources = filesBelow(out, 'cdk.tf.json')
    .flatMap((file) => Object.entries(JSON.parse(readFileSync(file, 'utf8')).resource ?? {}))
    .flatMap(([type, all]) => Object.keys(all).map(() => type));
  const findings = reports.flatMap((report) => report.findings)
    .map(({ severity, acknowledged }) => acknowledged === undefined ? severity : `${severity} (acknowledged)`);
  return [
    `objects      ${tally(objects)}`,
    `terraform    ${tally(resources)}`,
    `findings     ${tally(findings)}`,
    ...filesBelow(out, 'report.md').map((file) => `report       ${relative(root, file)}`),
  ];
}

function filesBelow(folder, ending) {
  if (!existsSync(folder)) {
    return [];
  }
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function tally(names) {
  const counts = new Map();
  names.forEach((name) => counts.set(name, (counts.get(name) ?? 0) + 1));
  const parts = [...counts].sort(([a], [b]) => a < b ? -1 : 1).map(([name, count]) => `${count} ${name}`);
  return parts.length === 0 ? 'none' : `${names.length}: ${parts.join(', ')}`;
}
