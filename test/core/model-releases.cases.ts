import { mkdtempSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { DataSnapshot, ModelRef, ModelReleases } from '../../src';
import { parseRelease, writeRelease } from '../../src/core/release-json';
import { ErrorCase } from '../support/error-case';
import { release } from '../support/releases';

const record = JSON.parse(writeRelease(release));
const text = writeRelease(release);

/** Reads a record with some fields changed. */
function reading(changes: object): () => unknown {
  return () => parseRelease(JSON.stringify({ ...record, ...changes }), 'releases/fraud-detection.json');
}

export const cases: ErrorCase[] = [
  {
    id: 'release/missing-file',
    when: 'a model without a record',
    provoke: () => ModelReleases.read(ModelRef.champion('fraud-detection'), { directory: 'no-releases/' }),
    message: "'no-releases/fraud-detection.json' must hold the version of 'fraud-detection@champion', but there is no such file; commit the release record of the version that is live, or start in the folder that holds it (release/missing-file)",
  },
  {
    id: 'release/missing-file',
    when: 'a file that is not there',
    provoke: () => ModelReleases.fromFile('package.json/release.json'),
    message: "'package.json/release.json' must hold a release, but there is no such file; commit the release record of the version that is live, or start in the folder that holds it (release/missing-file)",
  },
  {
    id: 'release/unreadable-file',
    when: 'a folder',
    provoke: () => ModelReleases.fromFile('src'),
    message: "'src' must be a file that can be read, got EISDIR (release/unreadable-file)",
  },
  {
    id: 'release/not-json',
    when: 'a truncated record',
    provoke: () => parseRelease(text.slice(0, 100), 'releases/fraud-detection.json'),
    message: "'releases/fraud-detection.json' is not JSON: it breaks off after 100 characters; restore it from Git or promote the model again (release/not-json)",
  },
  {
    id: 'release/not-json',
    when: 'an empty record',
    provoke: () => parseRelease('', 'releases/fraud-detection.json'),
    message: "'releases/fraud-detection.json' is not JSON: it breaks off after 0 characters; restore it from Git or promote the model again (release/not-json)",
  },
  {
    id: 'release/not-json',
    when: 'a record with the marks of a merge conflict',
    provoke: () => parseRelease(`{\n<<<<<<< HEAD\n${text}`, 'releases/fraud-detection.json'),
    message: "'releases/fraud-detection.json' is not JSON: it stops being JSON at character 3; restore it from Git or promote the model again (release/not-json)",
  },
  {
    id: 'release/not-a-record',
    when: 'a list',
    provoke: () => parseRelease('[1, 2]', 'releases/fraud-detection.json'),
    message: "'releases/fraud-detection.json' must hold one release as a JSON object, got [1,2] (release/not-a-record)",
  },
  {
    id: 'release/wrong-model',
    when: 'the record of another model',
    provoke: () => {
      const directory = mkdtempSync(join(tmpdir(), 'releases-'));
      writeFileSync(join(directory, 'churn.json'), text);
      try {
        return ModelReleases.read(ModelRef.champion('churn'), { directory });
      } catch (error) {
        throw new Error((error as Error).message.replace(directory, 'releases'));
      }
    },
    message: "'releases/churn.json' must be about 'churn', got a release of 'fraud-detection'; promote 'churn', or name the other model (release/wrong-model)",
  },
  {
    id: 'release/missing-field',
    when: 'a record with holes, all of them at once',
    provoke: reading({ gitCommit: undefined, trainedBy: '', metrics: null }),
    message: "'releases/fraud-detection.json' lacks 'gitCommit', 'trainedBy', 'metrics'; promote the model again, or add what is known about the version (release/missing-field)",
  },
  {
    id: 'release/malformed-hash',
    when: 'hashes that are none',
    provoke: reading({ artifactSha256: 'A'.repeat(64), featureSchemaSha256: 'abc' }),
    message: [
      `'artifactSha256' in 'releases/fraud-detection.json' must be 64 lower-case hex digits, got '${'A'.repeat(64)}'; take the output of 'sha256sum' (release/malformed-hash)`,
      "'featureSchemaSha256' in 'releases/fraud-detection.json' must be 64 lower-case hex digits, got 'abc'; take the output of 'sha256sum' (release/malformed-hash)",
    ].join('\n'),
  },
  {
    id: 'release/malformed-version',
    when: 'a version that cannot be a label',
    provoke: reading({ version: 'v7 (final)' }),
    message: "'version' in 'releases/fraud-detection.json' becomes a label and must be at most 63 letters, digits, '-', '_' and '.', starting and ending with a letter or digit, got 'v7 (final)'; register the model under another version (release/malformed-version)",
  },
  ...['latest', 'champion'].map((version) => ({
    id: 'release/alias-as-version',
    when: `${version} instead of a version`,
    provoke: reading({ version }),
    message: `'version' in 'releases/fraud-detection.json' must be a version such as '7', got the moving name '${version}'; write the version that it stands for today (release/alias-as-version)`,
  })),
  {
    id: 'model/malformed-name',
    when: 'a record of a model whose name cannot be a label',
    provoke: reading({ model: 'Fraud Detection' }),
    message: "'model' must be at most 52 lower-case letters, digits and '-', starting with a letter, got 'Fraud Detection' (model/malformed-name)",
  },
  {
    id: 'release/malformed-signature',
    when: 'a signature that is none',
    provoke: reading({ artifactSignature: 'signed, trust me' }),
    message: "'artifactSignature' in 'releases/fraud-detection.json' must be base64 on one line, got 'signed, trust me'; take what 'cosign sign-blob --key' prints (release/malformed-signature)",
  },
  {
    id: 'release/malformed-digest',
    when: 'a tag instead of a digest',
    provoke: reading({ imageDigest: 'fraud/server:7' }),
    message: "'imageDigest' in 'releases/fraud-detection.json' must look like 'sha256:<64 hex digits>', got 'fraud/server:7'; a tag can be moved, a digest cannot (release/malformed-digest)",
  },
  {
    id: 'release/moving-commit',
    when: 'a branch instead of a commit',
    provoke: reading({ gitCommit: 'main' }),
    message: "'gitCommit' in 'releases/fraud-detection.json' must be a commit id or a tag, got 'main', which names something else tomorrow; take the output of 'git rev-parse main' (release/moving-commit)",
  },
  {
    id: 'release/malformed-field',
    when: 'values of the wrong kind, all of them at once',
    provoke: reading({ version: 7, parameters: { depth: 6 }, metrics: { auc: '0.97' }, dataSnapshot: { kind: 'git', uri: 'a', revision: 'main' } }),
    message: [
      "'version' in 'releases/fraud-detection.json' must be text, got 7 (release/malformed-field)",
      "'parameters.depth' in 'releases/fraud-detection.json' must be text, got 6 (release/malformed-field)",
      "'metrics.auc' in 'releases/fraud-detection.json' must be a finite number, got \"0.97\" (release/malformed-field)",
      "the revision of a snapshot must be a commit id or a tag, got 'main', which names something else tomorrow; take the output of 'git rev-parse main' (data-snapshot/moving-revision)",
    ].join('\n'),
  },
  {
    id: 'release/malformed-field',
    when: 'a list of metrics',
    provoke: reading({ metrics: [0.97] }),
    message: "'metrics' in 'releases/fraud-detection.json' must be an object, got [0.97] (release/malformed-field)",
  },
  {
    id: 'release/malformed-field',
    when: 'a metric that is not a number, made in code',
    provoke: () => ModelReleases.of({ ...release, metrics: { auc: NaN }, dataSnapshot: DataSnapshot.lakeFs('fraud', '1a2b') }),
    message: "'metrics.auc' in 'release of fraud-detection' must be a finite number, got NaN (release/malformed-field)",
  },
];
