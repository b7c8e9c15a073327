import type { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import type { S3BucketVersioningA } from '@cdktf/provider-aws/lib/s3-bucket-versioning';
import { Construct } from 'constructs';
import { s3Arn } from './location';
import { aws } from './packages';
import { policyDocument, Statement } from './policy';

/** What every bucket of ours is. */
export interface PrivateBucketOptions {
  readonly bucketName: string;
  readonly region: string;
  readonly objectLock: boolean;
  /** Key, or undefined for the keys of S3 itself. */
  readonly keyArn?: string;
  /** Statements beside the one that asks for TLS. */
  readonly statements: Statement[];
}

export interface PrivateBucket {
  readonly bucket: S3Bucket;
  readonly versioning: S3BucketVersioningA;
}

/** A bucket that nobody can read by accident and no `terraform destroy` can take away. */
export function privateBucket(scope: Construct, options: PrivateBucketOptions): PrivateBucket {
  const bucket = new (aws('s3-bucket').S3Bucket)(scope, 'Resource', {
    bucket: options.bucketName,
    forceDestroy: false,
    objectLockEnabled: options.objectLock ? true : undefined,
    lifecycle: { preventDestroy: true },
  });
  const versioning = new (aws('s3-bucket-versioning').S3BucketVersioningA)(scope, 'Versioning', {
    bucket: bucket.id,
    versioningConfiguration: { status: 'Enabled' },
  });
  new (aws('s3-bucket-ownership-controls').S3BucketOwnershipControls)(scope, 'Ownership', {
    bucket: bucket.id,
    rule: { objectOwnership: 'BucketOwnerEnforced' },
  });
  new (aws('s3-bucket-server-side-encryption-configuration').S3BucketServerSideEncryptionConfigurationA)(scope, 'Encryption', {
    bucket: bucket.id,
    rule: [encryptionRule(options.keyArn)],
  });
  const block = new (aws('s3-bucket-public-access-block').S3BucketPublicAccessBlock)(scope, 'PublicAccess', {
    bucket: bucket.id,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  });
  new (aws('s3-bucket-policy').S3BucketPolicy)(scope, 'Policy', {
    bucket: bucket.id,
    policy: policyDocument([tlsOnly(options), ...options.statements]),
    // S3 refuses two changes of the access of one bucket at a time
    dependsOn: [block],
  });
  return { bucket, versioning };
}

function encryptionRule(keyArn?: string): object {
  if (!keyArn) {return { applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } };}
  return { applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: keyArn }, bucketKeyEnabled: true };
}

function tlsOnly(options: PrivateBucketOptions): Statement {
  const arn = s3Arn(options.region, options.bucketName);
  return {
    Sid: 'TlsOnly',
    Effect: 'Deny',
    Principal: { AWS: '*' },
    Action: ['s3:*'],
    Resource: [arn, `${arn}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
}
