import { App, Duration, Testing } from 'cdk8s';
import { AccessLogBucket, AwsStack, DataSnapshot, ModelRelease, ObjectLock, RegistryBucket, RegistryBucketProps } from '../../src';
import { accountId, cloudStack, resource, resources, synthesize } from '../support/terraform';

const bucketName = 'acme-fraud-registry';
const keyArn = 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const release: ModelRelease = {
  model: 'fraud-detection',
  version: '7',
  artifactSha256: 'a'.repeat(64),
  gitCommit: 'b'.repeat(40),
  dataSnapshot: DataSnapshot.dvc('https://git.example.com/fraud/data.git#features', 'c'.repeat(40)),
  trainedBy: 'pipeline',
  parameters: {},
  metrics: {},
  gateResult: 'passed',
};

function stackWith(props: Partial<RegistryBucketProps> = {}): AwsStack {
  const cloud = cloudStack();
  new RegistryBucket(cloud, 'Registry', { bucketName, ...props });
  return cloud;
}

describe('a registry for workloads', () => {
  test('its addresses and environment are known before Terraform runs', () => {
    const registry = new RegistryBucket(cloudStack(), 'Registry', { bucketName });

    expect(registry.modelUri(release)).toBe('s3://acme-fraud-registry/production/fraud-detection/7/model.tar');
    expect(registry.environment).toEqual({ MODEL_REGISTRY_URI: 's3://acme-fraud-registry', AWS_REGION: 'eu-central-1', AWS_DEFAULT_REGION: 'eu-central-1' });
    expect(registry.secretEnvironment).toEqual({});
    expect(registry.bucketName).toBe(bucketName);
    expect(registry.region).toBe('eu-central-1');
  });

  test('one that exists speaks the same language and makes nothing', () => {
    const chart = Testing.chart();
    const registry = RegistryBucket.fromBucketName(chart, 'Registry', bucketName, { region: 'eu-west-1', encryptionKeyArn: keyArn });

    expect(registry.modelUri(release)).toBe('s3://acme-fraud-registry/production/fraud-detection/7/model.tar');
    expect(registry.environment).toEqual({ MODEL_REGISTRY_URI: 's3://acme-fraud-registry', AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-1' });
    expect(registry.secretEnvironment).toEqual({});
    expect(Testing.synth(chart)).toEqual([]);
  });

  test('an import with a malformed name, region and key is refused with all three', () => {
    expect(() => RegistryBucket.fromBucketName(Testing.chart(), 'Registry', 'A', { region: 'Frankfurt', encryptionKeyArn: 'alias/registry' }))
      .toThrow(/^\[test\/Registry\].*\(s3\/bucket-name\)\n\[test\/Registry\].*\(cloud\/malformed-region\)\n\[test\/Registry\].*\(cloud\/malformed-key-arn\)$/);
  });
});

describe('a bucket that keeps what it holds', () => {
  test('it is private, versioned, owned by its account and outlives its stack', () => {
    const cloud = stackWith();
    const bucket = expect.stringMatching(/^\$\{aws_s3_bucket\.Registry_\w+\.id\}$/);

    expect(resource(cloud, 'aws_s3_bucket')).toEqual({ bucket: bucketName, force_destroy: false, lifecycle: { prevent_destroy: true } });
    expect(resource(cloud, 'aws_s3_bucket_versioning')).toEqual({ bucket, versioning_configuration: { status: 'Enabled' } });
    expect(resource(cloud, 'aws_s3_bucket_ownership_controls')).toEqual({ bucket, rule: { object_ownership: 'BucketOwnerEnforced' } });
    expect(resource(cloud, 'aws_s3_bucket_public_access_block')).toEqual({
      bucket,
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
  });

  test('it answers over TLS only', () => {
    const policy = resource(stackWith(), 'aws_s3_bucket_policy');

    expect(JSON.parse(policy.policy)).toEqual({
      Version: '2012-10-17',
      Statement: [{
        Sid: 'TlsOnly',
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: ['s3:*'],
        Resource: ['arn:aws:s3:::acme-fraud-registry', 'arn:aws:s3:::acme-fraud-registry/*'],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }],
    });
    expect(policy.depends_on).toEqual([expect.stringMatching(/^aws_s3_bucket_public_access_block\./)]);
  });

  test('its key is its own, rotated, and stays as long as the bucket', () => {
    const cloud = stackWith();
    const key = resource(cloud, 'aws_kms_key');
    const [keyName] = Object.keys(resources(cloud, 'aws_kms_key'));

    expect({ ...key, policy: JSON.parse(key.policy) }).toEqual({
      description: 'objects of s3://acme-fraud-registry',
      enable_key_rotation: true,
      deletion_window_in_days: 30,
      policy: {
        Version: '2012-10-17',
        Statement: [{
          Sid: 'AccountDecides',
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${accountId}:root` },
          Action: ['kms:*'],
          Resource: ['*'],
        }],
      },
      lifecycle: { prevent_destroy: true },
    });
    expect(resource(cloud, 'aws_kms_alias')).toEqual({ name: 'alias/acme-fraud-registry', target_key_id: `\${aws_kms_key.${keyName}.key_id}` });
    expect(resource(cloud, 'aws_s3_bucket_server_side_encryption_configuration').rule).toEqual([{
      bucket_key_enabled: true,
      apply_server_side_encryption_by_default: { sse_algorithm: 'aws:kms', kms_master_key_id: `\${aws_kms_key.${keyName}.arn}` },
    }]);
  });

  test('a bucket with dots has an alias without', () => {
    expect(resource(stackWith({ bucketName: 'registry.acme.example' }), 'aws_kms_alias').name).toBe('alias/registry_acme_example');
  });

  test('a key that exists is used instead', () => {
    const cloud = stackWith({ encryptionKeyArn: keyArn });

    expect(resources(cloud, 'aws_kms_key')).toEqual({});
    expect(resource(cloud, 'aws_s3_bucket_server_side_encryption_configuration').rule).toEqual([{
      bucket_key_enabled: true,
      apply_server_side_encryption_by_default: { sse_algorithm: 'aws:kms', kms_master_key_id: keyArn },
    }]);
  });
});

describe('no graveyard', () => {
  const tier = { transition: [{ days: 30, storage_class: 'INTELLIGENT_TIERING' }] };
  const archiveOld = { noncurrent_version_transition: [{ noncurrent_days: 30, storage_class: 'GLACIER_IR' }] };
  const expireOld = (days: number) => ({ noncurrent_version_expiration: [{ noncurrent_days: days }] });
  const rule = (id: string, prefix: string, effects: object) => ({ id, status: 'Enabled', filter: [{ prefix }], ...effects });

  test('what nobody promoted or a newer version replaced goes; what is in use stays', () => {
    const lifecycle = resource(stackWith(), 'aws_s3_bucket_lifecycle_configuration');

    expect(lifecycle.rule).toEqual([
      rule('tidy-up', '', { abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }], expiration: [{ expired_object_delete_marker: true }] }),
      rule('retire-candidates', 'models/', { expiration: [{ days: 90 }], ...expireOld(30) }),
      rule('archive-production', 'production/', { ...tier, ...archiveOld, ...expireOld(365) }),
      rule('archive-reference', 'reference/', { ...tier, ...archiveOld, ...expireOld(365) }),
      rule('archive-mlflow', 'mlflow/', { ...tier, ...archiveOld, ...expireOld(365) }),
      rule('archive-predictions-log', 'predictions-log/', { ...tier, ...archiveOld, ...expireOld(365) }),
      rule('expire-reports', 'reports/', { expiration: [{ days: 365 }], ...expireOld(7) }),
      rule('archive-data', 'data/', { ...tier, ...archiveOld }),
      rule('archive-audit', 'audit/', { ...tier, ...archiveOld }),
      rule('erase-pii', 'pii/', { ...tier, ...expireOld(7) }),
    ]);
    expect(lifecycle.depends_on).toEqual([expect.stringMatching(/^aws_s3_bucket_versioning\./)]);
  });

  test('current objects expire among candidates and reports only', () => {
    const { rule: rules } = resource(stackWith(), 'aws_s3_bucket_lifecycle_configuration');

    const expiring = rules.filter(({ expiration }: any) => expiration?.[0].days !== undefined).map(({ filter }: any) => filter[0].prefix);

    expect(expiring).toEqual(['models/', 'reports/']);
  });

  test('how long each kind is kept can be said', () => {
    const { rule: rules } = resource(stackWith({
      candidateRetention: Duration.days(14),
      oldVersionRetention: Duration.days(31),
      predictionsLogRetention: Duration.days(180),
    }), 'aws_s3_bucket_lifecycle_configuration');
    const named = (id: string) => rules.find((candidate: any) => candidate.id === id);

    expect(named('retire-candidates').expiration).toEqual([{ days: 14 }]);
    expect(named('archive-production').noncurrent_version_expiration).toEqual([{ noncurrent_days: 31 }]);
    expect(named('archive-predictions-log')).toEqual(
      rule('archive-predictions-log', 'predictions-log/', { ...tier, expiration: [{ days: 180 }], ...expireOld(7) }));
  });
});

describe('when asked', () => {
  test('versions are locked, by default only against those who may not lift it', () => {
    const cloud = stackWith({ objectLock: ObjectLock.governance(Duration.days(30)) });

    expect(resource(cloud, 'aws_s3_bucket').object_lock_enabled).toBe(true);
    expect(resource(cloud, 'aws_s3_bucket_object_lock_configuration')).toEqual({
      bucket: expect.stringMatching(/^\$\{aws_s3_bucket\.Registry_\w+\.id\}$/),
      rule: { default_retention: { mode: 'GOVERNANCE', days: 30 } },
      depends_on: [expect.stringMatching(/^aws_s3_bucket_versioning\./)],
    });
  });

  test('compliance is asked for by name', () => {
    const cloud = stackWith({ objectLock: ObjectLock.compliance(Duration.days(365)) });

    expect(resource(cloud, 'aws_s3_bucket_object_lock_configuration').rule).toEqual({ default_retention: { mode: 'COMPLIANCE', days: 365 } });
  });

  test('access is logged to a bucket of ours', () => {
    const cloud = cloudStack();
    const accessLog = new AccessLogBucket(cloud, 'Log', { bucketName: 'acme-access-log' });
    new RegistryBucket(cloud, 'Registry', { bucketName, accessLog });

    expect(resource(cloud, 'aws_s3_bucket_logging')).toEqual({
      bucket: expect.stringMatching(/^\$\{aws_s3_bucket\.Registry_\w+\.id\}$/),
      target_bucket: 'acme-access-log',
      target_prefix: 'acme-fraud-registry/',
      depends_on: [expect.stringMatching(/^aws_s3_bucket_policy\.Log_/)],
    });
  });

  test('access is logged to a bucket of another stack, which comes first', () => {
    const app = new App();
    const security = new AwsStack(app, 'security', { region: 'eu-central-1', accountId });
    const cloud = new AwsStack(app, 'cloud', { region: 'eu-central-1', accountId });
    const accessLog = new AccessLogBucket(security, 'Log', { bucketName: 'acme-access-log' });
    new RegistryBucket(cloud, 'Registry', { bucketName, accessLog });

    expect(resource(cloud, 'aws_s3_bucket_logging').depends_on).toBeUndefined();
    expect((cloud as any).dependencies).toEqual([security]);
  });

  test('access is logged to a bucket that exists', () => {
    const cloud = cloudStack();
    const accessLog = AccessLogBucket.fromBucketName(cloud, 'Log', 'central-access-log');
    new RegistryBucket(cloud, 'Registry', { bucketName, accessLog });

    expect(resource(cloud, 'aws_s3_bucket_logging')).toMatchObject({ target_bucket: 'central-access-log' });
    expect(resource(cloud, 'aws_s3_bucket_logging').depends_on).toBeUndefined();
  });

  test('nothing of it is there otherwise', () => {
    expect(Object.keys(synthesize(stackWith()).resource).sort()).toEqual([
      'aws_kms_alias',
      'aws_kms_key',
      'aws_s3_bucket',
      'aws_s3_bucket_lifecycle_configuration',
      'aws_s3_bucket_ownership_controls',
      'aws_s3_bucket_policy',
      'aws_s3_bucket_public_access_block',
      'aws_s3_bucket_server_side_encryption_configuration',
      'aws_s3_bucket_versioning',
    ]);
  });
});

test('two synths of one stack give the same bytes', () => {
  const once = JSON.stringify(synthesize(stackWith()));

  expect(JSON.stringify(synthesize(stackWith()))).toBe(once);
  expect(JSON.stringify(synthesize(new AwsStack(new App(), 'cloud', { region: 'eu-central-1', accountId })))).not.toContain(process.cwd());
});
