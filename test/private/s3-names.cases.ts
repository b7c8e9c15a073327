import { parseS3Uri, requireBucketName } from '../../src/private/s3-names';
import { ErrorCase } from '../support/error-case';

const charset = "a bucket name has only lower-case letters, digits, '-' and '.', and starts and ends with a letter or digit";

export const cases: ErrorCase[] = [
  refused('a short bucket name', 'ml', "a bucket name has 3 to 63 characters (here 2), got 'ml'"),
  refused('a long bucket name', 'a'.repeat(64), `a bucket name has 3 to 63 characters (here 64), got '${'a'.repeat(64)}'`),
  refused('a bucket name in upper case', 'Models', `${charset}, got 'Models'`),
  refused('a bucket name with an underscore', 'fraud_models', `${charset}, got 'fraud_models'`),
  refused('a bucket name that ends with a hyphen', 'models-', `${charset}, got 'models-'`),
  refused('a bucket name with two dots', 'fraud..models', "a bucket name has no two '.' beside each other, got 'fraud..models'"),
  refused('an IP address as a bucket name', '10.0.0.1', "a bucket name does not look like an IP address, got '10.0.0.1'"),
  refused('a reserved beginning', 'xn--models', "a bucket name does not start with 'xn--', which S3 keeps for itself, got 'xn--models'"),
  refused('a reserved end', 'models-s3alias', "a bucket name does not end with '-s3alias', which S3 keeps for itself, got 'models-s3alias'"),
  {
    id: 's3/malformed-uri',
    when: 'the web address of a bucket',
    provoke: () => parseS3Uri('https://models.s3.amazonaws.com/fraud'),
    message: "an S3 address must look like 's3://<bucket>/<prefix>', got 'https://models.s3.amazonaws.com/fraud' (s3/malformed-uri)",
  },
  {
    id: 's3/malformed-uri',
    when: 'an address without a bucket',
    provoke: () => parseS3Uri('s3:///models'),
    message: "an S3 address must look like 's3://<bucket>/<prefix>', got 's3:///models' (s3/malformed-uri)",
  },
  ...['s3://models/a//b', 's3://models/../b', 's3://models//'].map((uri) => ({
    id: 's3/ambiguous-prefix',
    when: `the prefix of ${uri}`,
    provoke: () => parseS3Uri(uri),
    message: `the prefix of an S3 address must have a name between every two '/', and neither '.' nor '..', got '${uri}'; tools disagree on which object it names (s3/ambiguous-prefix)`,
  })),
];

function refused(when: string, name: string, message: string): ErrorCase {
  return { id: 's3/bucket-name', when, provoke: () => requireBucketName(name), message: `${message} (s3/bucket-name)` };
}
