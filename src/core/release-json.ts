import { DataSnapshot } from './data-snapshot';
import { ModelRef } from './model-ref';
import { ModelRelease } from './model-release';
import { InputError, InputProblems } from '../private/input-error';
import { isLabelValue, LABEL_VALUE_FORM } from '../private/kubernetes-names';
import { isMovingName, movingNameMessage } from '../private/revisions';

const REQUIRED = ['model', 'version', 'artifactSha256', 'gitCommit', 'dataSnapshot', 'trainedBy', 'parameters', 'metrics', 'gateResult'];
const ALIASES = ['champion', 'challenger', 'previous'];
const OPTIONAL_TEXTS = ['artifactSignature', 'imageDigest', 'approvedBy', 'featureSchemaSha256', 'architectureSha256', 'referenceSha256', 'previousVersion'];
const TEXTS = ['model', 'version', 'artifactSha256', 'gitCommit', 'trainedBy', 'gateResult', ...OPTIONAL_TEXTS];

/**
 * The one form of a record: keys in the order of the interface, names of parameters and metrics sorted, so that two records differ in Git
 * exactly where the releases differ.
 */
export function writeRelease(release: ModelRelease): string {
  const { kind, uri, revision } = release.dataSnapshot;
  const record = {
    model: release.model,
    version: release.version,
    artifactSha256: release.artifactSha256,
    artifactSignature: release.artifactSignature,
    imageDigest: release.imageDigest,
    gitCommit: release.gitCommit,
    dataSnapshot: { kind, uri, revision },
    trainedBy: release.trainedBy,
    approvedBy: release.approvedBy,
    parameters: sorted(release.parameters),
    metrics: sorted(release.metrics),
    gateResult: release.gateResult,
    featureSchemaSha256: release.featureSchemaSha256,
    architectureSha256: release.architectureSha256,
    referenceSha256: release.referenceSha256,
    previousVersion: release.previousVersion,
  };
  return `${JSON.stringify(record, undefined, 2)}\n`;
}

/** Reads a record; `place` is the file as its user named it. */
export function parseRelease(text: string, place: string): ModelRelease {
  const record = parseJson(text, place);
  const problems = new InputProblems();
  checkFields(record, place, problems);
  let dataSnapshot: DataSnapshot | undefined;
  problems.attempt(() => {
    dataSnapshot = record.dataSnapshot && DataSnapshot.fromRecord(record.dataSnapshot);
  });
  problems.throwAll();
  return toRelease({ ...record, dataSnapshot });
}

/** Checks a release that was made in code; `place` says which. */
export function checkRelease(release: ModelRelease, place: string): ModelRelease {
  const problems = new InputProblems();
  checkFields(release, place, problems);
  problems.throwAll();
  return toRelease(release);
}

function parseJson(text: string, place: string): any {
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch (error) {
    throw new InputError('release/not-json', `'${place}' is not JSON: ${reasonOf(text, error as Error)}; restore it from Git or promote the model again`);
  }
  if (typeof record !== 'object' || record === null || Array.isArray(record)) {
    throw new InputError('release/not-a-record', `'${place}' must hold one release as a JSON object, got ${JSON.stringify(record).slice(0, 40)}`);
  }
  return record;
}

/** The wording of `JSON.parse` differs between versions of Node and quotes the file; the position is what helps. */
function reasonOf(text: string, error: Error): string {
  const position = Number(/position (\d+)/.exec(error.message)?.[1] ?? text.length);
  return position >= text.trimEnd().length ? `it breaks off after ${text.length} characters` : `it stops being JSON at character ${position + 1}`;
}

function checkFields(record: any, place: string, problems: InputProblems): void {
  const missing = REQUIRED.filter((field) => record[field] === undefined || record[field] === null || record[field] === '');
  if (missing.length > 0) {
    problems.add('release/missing-field', `'${place}' lacks ${missing.map((field) => `'${field}'`).join(', ')}; promote the model again, or add what is known about the version`);
  }
  const present = (field: string) => record[field] !== undefined && !missing.includes(field);
  for (const field of TEXTS.filter((name) => present(name) && typeof record[name] !== 'string')) {
    problems.add('release/malformed-field', `'${field}' in '${place}' must be text, got ${JSON.stringify(record[field])}`);
  }
  const text = (field: string) => present(field) && typeof record[field] === 'string';
  checkMap('parameters', 'text', (value) => typeof value === 'string', record, place, problems);
  checkMap('metrics', 'a finite number', Number.isFinite, record, place, problems);
  if (text('model')) {
    problems.attempt(() => ModelRef.champion(record.model));
  }
  if (text('version') && (ALIASES.includes(record.version.toLowerCase()) || isMovingName(record.version))) {
    problems.add('release/alias-as-version',
      `'version' in '${place}' must be a version such as '7', got the moving name '${record.version}'; write the version that it stands for today`);
  }
  if (text('version') && !isLabelValue(record.version)) {
    problems.add('release/malformed-version',
      `'version' in '${place}' becomes a label and must be ${LABEL_VALUE_FORM}, got '${record.version}'; register the model under another version`);
  }
  for (const field of ['artifactSha256', 'featureSchemaSha256', 'architectureSha256', 'referenceSha256'].filter((name) => text(name) && !/^[0-9a-f]{64}$/.test(record[name]))) {
    problems.add('release/malformed-hash',
      `'${field}' in '${place}' must be 64 lower-case hex digits, got '${record[field]}'; take the output of 'sha256sum'`);
  }
  if (text('artifactSignature') && !/^[A-Za-z0-9+/]+={0,2}$/.test(record.artifactSignature)) {
    problems.add('release/malformed-signature',
      `'artifactSignature' in '${place}' must be base64 on one line, got '${record.artifactSignature.slice(0, 20)}'; take what 'cosign sign-blob --key' prints`);
  }
  if (text('imageDigest') && !/^sha256:[0-9a-f]{64}$/.test(record.imageDigest)) {
    problems.add('release/malformed-digest',
      `'imageDigest' in '${place}' must look like 'sha256:<64 hex digits>', got '${record.imageDigest}'; a tag can be moved, a digest cannot`);
  }
  if (text('gitCommit') && isMovingName(record.gitCommit)) {
    problems.add('release/moving-commit', movingNameMessage(`'gitCommit' in '${place}'`, record.gitCommit));
  }
}

function checkMap(field: string, kind: string, fits: (value: any) => boolean, record: any, place: string, problems: InputProblems): void {
  const map = record[field];
  if (map === undefined || map === null) {return;}
  if (typeof map !== 'object' || Array.isArray(map)) {
    problems.add('release/malformed-field', `'${field}' in '${place}' must be an object, got ${JSON.stringify(map)}`);
    return;
  }
  for (const [name, value] of Object.entries(map).filter((entry) => !fits(entry[1]))) {
    problems.add('release/malformed-field', `'${field}.${name}' in '${place}' must be ${kind}, got ${typeof value === 'number' ? value : JSON.stringify(value)}`);
  }
}

/** Only what the interface names: a record may hold more, written by a newer version. */
function toRelease(record: ModelRelease): ModelRelease {
  const release = {
    model: record.model,
    version: record.version,
    artifactSha256: record.artifactSha256,
    gitCommit: record.gitCommit,
    dataSnapshot: record.dataSnapshot,
    trainedBy: record.trainedBy,
    parameters: sorted(record.parameters),
    metrics: sorted(record.metrics),
    gateResult: record.gateResult,
  };
  const optional = OPTIONAL_TEXTS
    .map((field) => [field, (record as any)[field]])
    .filter(([, value]) => value !== undefined && value !== null && value !== '');
  return { ...release, ...Object.fromEntries(optional) };
}

function sorted<T>(map: { [name: string]: T }): { [name: string]: T } {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
}
