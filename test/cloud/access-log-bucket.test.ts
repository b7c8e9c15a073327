import { Testing } from 'cdk8s';
import { AccessLogBucket } from '../../src';
import { cloudStack, resource, resources } from '../support/terraform';

test('the log service may write, for buckets of this account and over TLS', () => {
  const cloud = cloudStack();
  new AccessLogBucket(cloud, 'Log', { bucketName: 'acme-access-log' });

  expect(JSON.parse(resource(cloud, 'aws_s3_bucket_policy').policy).Statement).toEqual([
    {
      Sid: 'TlsOnly',
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: ['s3:*'],
      Resource: ['arn:aws:s3:::acme-access-log', 'arn:aws:s3:::acme-access-log/*'],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
    {
      Sid: 'TakeAccessLogs',
      Effect: 'Allow',
      Principal: { Service: 'logging.s3.amazonaws.com' },
      Action: ['s3:PutObject'],
      Resource: ['arn:aws:s3:::acme-access-log/*'],
      Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } },
    },
  ]);
});

test('logs are encrypted with keys of S3, since its delivery writes with no other, and kept for a year', () => {
  const cloud = cloudStack();
  new AccessLogBucket(cloud, 'Log', { bucketName: 'acme-access-log' });

  expect(resources(cloud, 'aws_kms_key')).toEqual({});
  expect(resource(cloud, 'aws_s3_bucket_server_side_encryption_configuration').rule)
    .toEqual([{ apply_server_side_encryption_by_default: { sse_algorithm: 'AES256' } }]);
  expect(resource(cloud, 'aws_s3_bucket_lifecycle_configuration').rule).toEqual([{
    id: 'retire-logs',
    status: 'Enabled',
    filter: [{ prefix: '' }],
    expiration: [{ days: 365 }],
    noncurrent_version_expiration: [{ noncurrent_days: 1 }],
    abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
  }]);
});

test('a bucket that takes logs already is named and not made', () => {
  const chart = Testing.chart();

  expect(AccessLogBucket.fromBucketName(chart, 'Log', 'central-access-log').bucketName).toBe('central-access-log');
  expect(Testing.synth(chart)).toEqual([]);
});
