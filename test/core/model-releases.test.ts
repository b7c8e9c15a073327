import { mkdirSync, mkdtempSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { DataSnapshot, ModelRef, ModelRelease, ModelReleases } from '../../src';
import { parseRelease, writeRelease } from '../../src/core/release-json';
import { release } from '../support/releases';

const smallest: ModelRelease = {
  model: 'churn',
  version: 'v2.1.0',
  artifactSha256: '0'.repeat(64),
  gitCommit: '1a2b3c4',
  dataSnapshot: DataSnapshot.lakeFs('churn-data', '5d6e7f8'),
  trainedBy: 'ada@example.com',
  parameters: {},
  metrics: {},
  gateResult: 'passed',
};

describe('reading', () => {
  const workspace = mkdtempSync(join(tmpdir(), 'releases-'));
  const before = process.cwd();
  beforeAll(() => process.chdir(workspace));
  afterAll(() => process.chdir(before));

  test('the champion is in releases/<model>.json', () => {
    mkdirSync('releases');
    writeFileSync('releases/fraud-detection.json', writeRelease(release));

    expect(ModelReleases.read(ModelRef.champion('fraud-detection'))).toEqual(release);
  });

  test('another alias has a file of its own, in the folder that is asked for', () => {
    writeFileSync('churn.challenger.json', writeRelease(smallest));

    expect(ModelReleases.read(ModelRef.challenger('churn'), { directory: './' })).toEqual(smallest);
    expect(ModelReleases.fromFile('churn.challenger.json')).toEqual(smallest);
  });
});

test('a release made in code is checked and copied', () => {
  expect(ModelReleases.of(smallest)).toEqual(smallest);
  expect(ModelReleases.of({ ...smallest, approvedBy: '' })).toEqual(smallest);
});

test('a record may hold fields of a newer version', () => {
  const text = JSON.stringify({ ...JSON.parse(writeRelease(smallest)), carbonFootprint: 12 });

  expect(parseRelease(text, 'releases/churn.json')).toEqual(smallest);
});

test('a record is written in one order, whatever the order in which it was put together', () => {
  const shuffled = { ...Object.fromEntries(Object.entries(release).reverse()), parameters: { eta: '0.1', depth: '6' } } as unknown as ModelRelease;

  expect(writeRelease(shuffled)).toBe(writeRelease(release));
});

test('the form of a record', () => {
  expect(writeRelease(smallest)).toBe(`{
  "model": "churn",
  "version": "v2.1.0",
  "artifactSha256": "${'0'.repeat(64)}",
  "gitCommit": "1a2b3c4",
  "dataSnapshot": {
    "kind": "lakefs",
    "uri": "lakefs://churn-data",
    "revision": "5d6e7f8"
  },
  "trainedBy": "ada@example.com",
  "parameters": {},
  "metrics": {},
  "gateResult": "passed"
}
`);
});
