import { DataSnapshot } from '../../src';
import { ErrorCase } from '../support/error-case';

const repository = 'https://git.example.com/fraud/data.git';
const commit = 'c'.repeat(40);

export const cases: ErrorCase[] = [
  ...['main', 'HEAD', 'HEAD~1', 'Latest', 'refs/heads/experiment', 'origin/experiment', 'master^2', 'main@{yesterday}'].map((revision) => ({
    id: 'data-snapshot/moving-revision',
    when: `the moving name ${revision}`,
    provoke: () => DataSnapshot.git(repository, revision),
    message: `the revision of a snapshot must be a commit id or a tag, got '${revision}', which names something else tomorrow; take the output of 'git rev-parse ${revision}' (data-snapshot/moving-revision)`,
  })),
  {
    id: 'data-snapshot/malformed-revision',
    when: 'an empty revision',
    provoke: () => DataSnapshot.dvc(repository, ''),
    message: "the revision of a snapshot must be a commit id: printable ASCII without blanks, got '' (data-snapshot/malformed-revision)",
  },
  {
    id: 'data-snapshot/malformed-revision',
    when: 'an object version of two lines',
    provoke: () => DataSnapshot.s3ObjectVersion('s3://fraud-data/features.parquet', 'a\nb'),
    message: "the revision of a snapshot must be a version id: printable ASCII without blanks, got 'a\nb' (data-snapshot/malformed-revision)",
  },
  {
    id: 'data-snapshot/malformed-uri',
    when: 'an address with blanks',
    provoke: () => DataSnapshot.git('git.example.com/fraud data', commit),
    message: "the address of a snapshot must be printable ASCII without blanks, got 'git.example.com/fraud data'; encode others with '%' (data-snapshot/malformed-uri)",
  },
  {
    id: 'data-snapshot/credentials-in-uri',
    when: 'a token in the address, without repeating it',
    provoke: () => DataSnapshot.git('https://x-token:s3cret@git.example.com/fraud/data.git', commit),
    message: "the address of a snapshot must not hold a user or password, got one for 'git.example.com'; it is written on every object (data-snapshot/credentials-in-uri)",
  },
  {
    id: 'data-snapshot/malformed-repository',
    when: 'a lakeFS repository in upper case',
    provoke: () => DataSnapshot.lakeFs('Fraud', commit),
    message: "'repository' must be 3 to 63 lower-case letters, digits and '-', starting with a letter or digit, got 'Fraud' (data-snapshot/malformed-repository)",
  },
  {
    id: 'data-snapshot/not-an-object',
    when: 'the version of a whole bucket',
    provoke: () => DataSnapshot.s3ObjectVersion('s3://fraud-data/', '3sL4kqtJlcpXroDTDmJ'),
    message: "the address of an object version must name an object, got 's3://fraud-data/' (data-snapshot/not-an-object)",
  },
  {
    id: 'data-snapshot/unversioned-object',
    when: 'an object of a bucket without versioning',
    provoke: () => DataSnapshot.s3ObjectVersion('s3://fraud-data/features.parquet', 'null'),
    message: "'versionId' must be the version of an object, got 'null': the bucket had no versioning when the object was written; turn it on and write the object again (data-snapshot/unversioned-object)",
  },
  {
    id: 'data-snapshot/unknown-kind',
    when: 'a record of a store that nobody knows',
    provoke: () => DataSnapshot.fromRecord({ kind: 'ftp', uri: 'ftp://example.com/a', revision: '1' }),
    message: "'kind' must be one of dvc, lakefs, s3, git, got 'ftp' (data-snapshot/unknown-kind)",
  },
];
