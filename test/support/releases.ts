import { DataSnapshot, ModelRelease } from '../../src';

/** A complete release, to change one thing of. */
export const release: ModelRelease = {
  model: 'fraud-detection',
  version: '7',
  artifactSha256: 'a'.repeat(64),
  artifactSignature: 'c2lnbmVk',
  imageDigest: `sha256:${'b'.repeat(64)}`,
  gitCommit: 'c'.repeat(40),
  dataSnapshot: DataSnapshot.dvc('https://git.example.com/fraud/data.git#features', 'd'.repeat(40)),
  trainedBy: 'nightly-training',
  approvedBy: 'ada@example.com',
  parameters: { depth: '6', eta: '0.1' },
  metrics: { auc: 0.97, recall: 0.81 },
  gateResult: 'passed',
  featureSchemaSha256: 'e'.repeat(64),
  architectureSha256: 'f'.repeat(64),
  referenceSha256: '9'.repeat(64),
  previousVersion: '6',
};
