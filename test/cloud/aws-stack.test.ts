import { App, Chart } from 'cdk8s';
import { TerraformOutput, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { AwsStack, RegistryBucket, TerraformBackend } from '../../src';
import { accountId, cloudStack, region, resource, synthesize } from '../support/terraform';

test('a stack names its provider, refuses other accounts, and its bytes do not depend on the machine', () => {
  expect(synthesize(cloudStack())).toEqual({
    terraform: {
      required_providers: { aws: { source: 'aws', version: '6.25.0' } },
      backend: { local: { path: '../../../../terraform.cloud.tfstate' } },
    },
    provider: { aws: [{ region: 'eu-central-1', allowed_account_ids: ['123456789012'] }] },
  });
});

test('tags reach every resource through the provider', () => {
  const cloud = new AwsStack(new App(), 'cloud', { region, accountId, tags: { team: 'risk-ml' } });

  expect(synthesize(cloud).provider.aws).toEqual([{ region, allowed_account_ids: [accountId], default_tags: [{ tags: { team: 'risk-ml' } }] }]);
});

test('a team shares its state in S3, locked while Terraform writes', () => {
  const backend = TerraformBackend.s3({ bucketName: 'acme-terraform', region, kmsKeyArn: 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd' });
  const cloud = new AwsStack(new App(), 'fraud-cloud', { region, accountId, backend });

  expect(synthesize(cloud).terraform.backend).toEqual({
    s3: {
      bucket: 'acme-terraform',
      key: 'fraud-cloud/terraform.tfstate',
      region,
      encrypt: true,
      kms_key_id: 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd',
      use_lockfile: true,
    },
  });
});

test('the key of the state can be given', () => {
  const cloud = new AwsStack(new App(), 'cloud', { region, accountId, backend: TerraformBackend.s3({ bucketName: 'acme-terraform', region, key: 'ml/fraud' }) });

  expect(synthesize(cloud).terraform.backend.s3.key).toBe('ml/fraud');
});

test('it is a stack of cdktf, so that whatever works in one works in it', () => {
  const cloud = cloudStack();
  new TerraformOutput(cloud, 'Region', { value: cloud.region });

  expect(TerraformStack.isStack(cloud)).toBe(true);
  expect(TerraformStack.of(new Construct(cloud, 'Below'))).toBe(cloud);
  expect(synthesize(cloud).output).toEqual({ Region: { value: 'eu-central-1' } });
});

test('what no property says can be overridden', () => {
  const cloud = cloudStack();
  cloud.addTerraformOverride('terraform.required_providers.aws.version', '5.100.0');

  expect(synthesize(cloud).terraform.required_providers.aws).toEqual({ source: 'aws', version: '5.100.0' });
});

test('it stands beside charts in one app', () => {
  const app = new App();
  new Chart(app, 'cluster');
  const cloud = new AwsStack(app, 'cloud', { region, accountId });
  new RegistryBucket(cloud, 'Registry', { bucketName: 'acme-fraud-registry' });

  expect(app.charts.map((chart) => chart.node.path)).toEqual(['cluster']);
  expect(resource(cloud, 'aws_s3_bucket').bucket).toBe('acme-fraud-registry');
});

describe('a Terraform stack of your own', () => {
  test('takes cloud constructs once it says where it deploys', () => {
    const stack = new TerraformStack(new App(), 'own');
    AwsStack.locate(stack, { region: 'us-east-1', accountId });
    const group = new Construct(stack, 'Ml');

    const registry = new RegistryBucket(group, 'Registry', { bucketName: 'acme-fraud-registry' });

    expect(registry.region).toBe('us-east-1');
    expect(resource(stack, 'aws_s3_bucket').bucket).toBe('acme-fraud-registry');
  });

  test('with a malformed location is refused', () => {
    expect(() => AwsStack.locate(new TerraformStack(new App(), 'own'), { region: 'Ohio', accountId: '1' })).toThrow(
      "[own] 'region' must be a region such as 'eu-central-1', got 'Ohio' (cloud/malformed-region)\n"
      + "[own] 'accountId' must be the 12 digits of an AWS account, got '1' (cloud/malformed-account)");
  });
});
