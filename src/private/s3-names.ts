import { InputError } from './input-error';

/** Where an `s3://` address points. */
export interface S3Location {
  readonly bucket: string;
  /** Without leading and trailing `/`; empty for the bucket itself. */
  readonly prefix: string;
}

const RESERVED_PREFIXES = ['xn--', 'sthree-', 'amzn-s3-demo-'];
const RESERVED_SUFFIXES = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3'];

/**
 * The rules for a bucket that is to be made.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
export function requireBucketName(name: string): void {
  const reason = whyNotBucketName(name);
  if (reason) {
    throw new InputError('s3/bucket-name', `a bucket name ${reason}, got '${name}'`);
  }
}

/**
 * Takes an address apart. The bucket exists, so aliases of access points and names from before 2018 are as good as any.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-naming.html#access-points-alias
 */
export function parseS3Uri(uri: string): S3Location {
  const match = /^s3:\/\/([A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9])(?:\/(.*))?$/.exec(uri);
  if (!match) {
    throw new InputError('s3/malformed-uri', `an S3 address must look like 's3://<bucket>/<prefix>', got '${uri}'`);
  }
  const path = match[2] ?? '';
  const prefix = path.replace(/\/$/, '');
  if (path !== '' && prefix.split('/').some((name) => ['', '.', '..'].includes(name))) {
    throw new InputError('s3/ambiguous-prefix',
      `the prefix of an S3 address must have a name between every two '/', and neither '.' nor '..', got '${uri}'; tools disagree on which object it names`);
  }
  return { bucket: match[1], prefix };
}

function whyNotBucketName(name: string): string | undefined {
  if (name.length < 3 || name.length > 63) {
    return `has 3 to 63 characters (here ${name.length})`;
  }
  if (!/^[a-z0-9][-.a-z0-9]*[a-z0-9]$/.test(name)) {
    return "has only lower-case letters, digits, '-' and '.', and starts and ends with a letter or digit";
  }
  if (name.includes('..')) {
    return "has no two '.' beside each other";
  }
  if (/^\d+\.\d+\.\d+\.\d+$/.test(name)) {
    return 'does not look like an IP address';
  }
  const prefix = RESERVED_PREFIXES.find((reserved) => name.startsWith(reserved));
  if (prefix) {
    return `does not start with '${prefix}', which S3 keeps for itself`;
  }
  const suffix = RESERVED_SUFFIXES.find((reserved) => name.endsWith(reserved));
  return suffix && `does not end with '${suffix}', which S3 keeps for itself`;
}
