import { DataSnapshot } from '../../src';

const commit = 'c'.repeat(40);

test.each([
  [DataSnapshot.dvc('https://git.example.com/fraud/data.git#features', commit), `dvc:https://git.example.com/fraud/data.git#features@${commit}`],
  [DataSnapshot.lakeFs('fraud-data', commit), `lakefs:lakefs://fraud-data@${commit}`],
  [DataSnapshot.s3ObjectVersion('s3://fraud-data/features.parquet', '3sL4kqtJlcpXroDTDmJ'), 's3:s3://fraud-data/features.parquet@3sL4kqtJlcpXroDTDmJ'],
  [DataSnapshot.git('git@git.example.com:fraud/data.git', commit), `git:git@git.example.com:fraud/data.git@${commit}`],
  [DataSnapshot.git('ssh://git@git.example.com/fraud/data.git', 'v1.2', 'features'), 'git:ssh://git@git.example.com/fraud/data.git#features@v1.2'],
])('%s is one line', (snapshot, line) => {
  expect(`${snapshot}`).toBe(line);
});

test('a snapshot survives the way through a record', () => {
  const snapshot = DataSnapshot.lakeFs('fraud-data', commit);

  expect(snapshot.toRecord()).toEqual({ kind: 'lakefs', uri: 'lakefs://fraud-data', revision: commit });
  expect(DataSnapshot.fromRecord(snapshot.toRecord())).toEqual(snapshot);
});

test.each(['v1.2.0', 'mainline-2024', 'release/7', 'abc1234', 'head-office'])('%s may be a tag', (revision) => {
  expect(DataSnapshot.git('https://git.example.com/a.git', revision).revision).toBe(revision);
});

test('an object version may be called like a branch', () => {
  expect(DataSnapshot.s3ObjectVersion('s3://fraud-data/features.parquet', 'main').revision).toBe('main');
});
