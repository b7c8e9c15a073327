import { App, Duration, Testing } from 'cdk8s';
import { TerraformStack } from 'cdktf';
import {
  AccessLogBucket, AwsStack, ClusterIdentity, ImageRepository, ObjectLock, RegistryBucket, RegistryBucketProps, TerraformBackend, WorkloadRole,
  WorkloadRoleProps,
} from '../../src';
import { ErrorCase } from '../support/error-case';
import { accountId, cloudStack, region, withoutPackage } from '../support/terraform';

const bucketName = 'acme-fraud-registry';

export const cases: ErrorCase[] = [
  {
    id: 'cloud/missing-package',
    when: 'a stack where cdktf is not installed',
    provoke: () => withoutPackage('cdktf', (mlops) => new mlops.AwsStack(new App(), 'cloud', { region, accountId })),
    message: "the cloud plane needs the package 'cdktf', which is not installed; add cdktf@0.21.0 and @cdktf/provider-aws@21.22.1 (cloud/missing-package)",
  },
  {
    id: 'cloud/missing-package',
    when: 'a stack where the provider is not installed',
    provoke: () => withoutPackage('@cdktf/provider-aws/lib/provider', (mlops) => new mlops.AwsStack(new App(), 'cloud', { region, accountId })),
    message: "the cloud plane needs the package '@cdktf/provider-aws', which is not installed; add cdktf@0.21.0 and @cdktf/provider-aws@21.22.1 (cloud/missing-package)",
  },
  {
    id: 'cloud/malformed-region',
    when: 'a zone and a malformed account, both at once',
    provoke: () => new AwsStack(new App(), 'cloud', { region: 'eu-central-1a', accountId: '1234' }),
    message: "[cloud] 'region' must be a region such as 'eu-central-1', got 'eu-central-1a' (cloud/malformed-region)\n"
      + "[cloud] 'accountId' must be the 12 digits of an AWS account, got '1234' (cloud/malformed-account)",
  },
  {
    id: 'cloud/malformed-account',
    when: 'an account with separators',
    provoke: () => new AwsStack(new App(), 'cloud', { region, accountId: '1234-5678-9012' }),
    message: "[cloud] 'accountId' must be the 12 digits of an AWS account, got '1234-5678-9012' (cloud/malformed-account)",
  },
  {
    id: 'cloud/not-a-stack',
    when: 'a location for a chart',
    provoke: () => AwsStack.locate(Testing.chart(), { region, accountId }),
    message: "[test] only a TerraformStack of cdktf has a location, got the Chart 'test'; give the stack itself (cloud/not-a-stack)",
  },
  {
    id: 'cloud/backend-address',
    when: 'a state without a bucket',
    provoke: () => TerraformBackend.s3({ bucketName: '', region }),
    message: "the state needs a bucket and a key, got bucket '' and key '<id of the stack>/terraform.tfstate' (cloud/backend-address)",
  },
  {
    id: 'cloud/outside-stack',
    when: 'a registry in a chart',
    provoke: () => new RegistryBucket(Testing.chart(), 'Registry', { bucketName }),
    message: "[test/Registry] a RegistryBucket makes cloud resources and must stand below an AwsStack, got the scope 'test/Registry'; make one with new AwsStack(app, '<name>', { region, accountId }) and use it as scope (cloud/outside-stack)",
  },
  {
    id: 'cloud/unknown-location',
    when: 'a stack of cdktf that nobody located',
    provoke: () => new RegistryBucket(new TerraformStack(new App(), 'own'), 'Registry', { bucketName }),
    message: "[own/Registry] a RegistryBucket needs to know the account and region that the stack 'own' deploys to; use an AwsStack, or say it with AwsStack.locate(stack, { region, accountId }) (cloud/unknown-location)",
  },
  {
    id: 's3/bucket-name',
    when: 'a bucket name that S3 refuses',
    provoke: () => registry({ bucketName: 'Acme_Registry' }),
    message: "[cloud/Registry] a bucket name has only lower-case letters, digits, '-' and '.', and starts and ends with a letter or digit, got 'Acme_Registry' (s3/bucket-name)",
  },
  {
    id: 's3/bucket-name',
    when: 'a name of a log bucket that S3 refuses',
    provoke: () => new AccessLogBucket(cloudStack(), 'Log', { bucketName: 'ab' }),
    message: '[cloud/Log] a bucket name has 3 to 63 characters (here 2), got \'ab\' (s3/bucket-name)',
  },
  {
    id: 'cloud/malformed-key-arn',
    when: 'an alias of a key',
    provoke: () => registry({ encryptionKeyArn: 'arn:aws:kms:eu-central-1:123456789012:alias/registry' }),
    message: "[cloud/Registry] 'encryptionKeyArn' must be the ARN of a key, such as 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab', got 'arn:aws:kms:eu-central-1:123456789012:alias/registry'; a policy can name no alias (cloud/malformed-key-arn)",
  },
  {
    id: 'cloud/retention',
    when: 'old versions that go before they are archived, and half a day',
    provoke: () => registry({ oldVersionRetention: Duration.days(30), candidateRetention: Duration.hours(12) }),
    message: "[cloud/Registry] 'candidateRetention' must be whole days, at least 1, got 12 hours (cloud/retention)\n"
      + "[cloud/Registry] 'oldVersionRetention' must be whole days, at least 31, got 30 days (cloud/retention)",
  },
  {
    id: 'cloud/lock-retention',
    when: 'a lock for no time',
    provoke: () => ObjectLock.governance(Duration.hours(36)),
    message: 'the retention of an object lock must be whole days, at least one, got 1 day 12 hours (cloud/lock-retention)',
  },
  {
    id: 'model/malformed-name',
    when: 'a grant on the models of everybody',
    provoke: () => registry({}).grants.read(role({}), '*'),
    message: "'model' must be at most 52 lower-case letters, digits and '-', starting with a letter, got '*' (model/malformed-name)",
  },
  {
    id: 'cloud/personal-data-purpose',
    when: 'personal data for no purpose',
    provoke: () => registry({}).grants.readPersonalData(role({}), ' '),
    message: "'purpose' must say what 'fraud-server' reads the personal data in 'acme-fraud-registry' for, got '' (cloud/personal-data-purpose)",
  },
  {
    id: 'cloud/grant-outside-stack',
    when: 'a grant between two imports outside every stack',
    provoke: () => {
      const chart = Testing.chart();
      const server = WorkloadRole.fromRoleArn(chart, 'Role', 'arn:aws:iam::123456789012:role/server', { serviceAccountName: 'server' });
      RegistryBucket.fromBucketName(chart, 'Registry', bucketName, { region }).grants.read(server, 'fraud-detection');
    },
    message: "neither 'test/Registry' nor the role 'test/Role' stands below an AwsStack, so no policy can be made; put one of the two into an AwsStack (cloud/grant-outside-stack)",
  },
  {
    id: 'cloud/malformed-cluster-name',
    when: 'an ARN as name of a cluster',
    provoke: () => ClusterIdentity.podIdentity('arn:aws:eks:eu-central-1:123456789012:cluster/prod'),
    message: "'clusterName' must be at most 100 letters, digits, '-' and '_', starting with a letter or digit, got 'arn:aws:eks:eu-central-1:123456789012:cluster/prod' (cloud/malformed-cluster-name)",
  },
  {
    id: 'cloud/malformed-issuer-url',
    when: 'an issuer without its scheme',
    provoke: () => ClusterIdentity.irsa('oidc.eks.eu-central-1.amazonaws.com/id/ABC'),
    message: "'issuerUrl' must look like 'https://oidc.eks.<region>.amazonaws.com/id/<id>', got 'oidc.eks.eu-central-1.amazonaws.com/id/ABC'; aws eks describe-cluster --query cluster.identity.oidc.issuer prints it (cloud/malformed-issuer-url)",
  },
  {
    id: 'cloud/malformed-role-name',
    when: 'a role name of 65 characters',
    provoke: () => role({ roleName: 'r'.repeat(65) }),
    message: `[cloud/Role] 'roleName' must be 1 to 64 letters, digits and '+=,.@_-', got '${'r'.repeat(65)}' (65 characters) (cloud/malformed-role-name)`,
  },
  {
    id: 'cloud/malformed-namespace',
    when: 'a pattern of namespaces',
    provoke: () => role({ namespace: 'fraud-*' }),
    message: "[cloud/Role] 'namespace' must be 1 to 63 lower-case letters, digits and '-', got 'fraud-*'; a role trusts one namespace, not a pattern (cloud/malformed-namespace)",
  },
  {
    id: 'cloud/malformed-service-account',
    when: 'any service account',
    provoke: () => role({ serviceAccountName: '*' }),
    message: "[cloud/Role] 'serviceAccountName' must be 1 to 253 lower-case letters, digits, '-' and '.', got '*'; a role trusts one service account, not a pattern (cloud/malformed-service-account)",
  },
  {
    id: 'cloud/malformed-role-arn',
    when: 'the name of a role instead of its ARN',
    provoke: () => WorkloadRole.fromRoleArn(Testing.chart(), 'Role', 'server', { serviceAccountName: 'server' }),
    message: "[test/Role] 'roleArn' must look like 'arn:aws:iam::<account>:role/<name>', got 'server' (cloud/malformed-role-arn)",
  },
  {
    id: 'cloud/malformed-repository-name',
    when: 'upper case and no retention in a repository',
    provoke: () => new ImageRepository(cloudStack(), 'Images', { repositoryName: 'Fraud/Server', untaggedRetention: Duration.hours(1) }),
    message: "[cloud/Images] 'untaggedRetention' must be whole days, at least 1, got 60 minutes (cloud/untagged-retention)\n"
      + "[cloud/Images] 'repositoryName' must be 2 to 256 lower-case letters, digits and single '.', '_', '-' or '/' between them, got 'Fraud/Server' (cloud/malformed-repository-name)",
  },
  {
    id: 'cloud/untagged-retention',
    when: 'untagged images that go at once',
    provoke: () => new ImageRepository(cloudStack(), 'Images', { repositoryName: 'fraud/server', untaggedRetention: Duration.days(0) }),
    message: "[cloud/Images] 'untaggedRetention' must be whole days, at least 1, got 0 days (cloud/untagged-retention)",
  },
  {
    id: 'cloud/malformed-repository-uri',
    when: 'a repository with a tag',
    provoke: () => ImageRepository.fromUri(Testing.chart(), 'Images', 'acme.azurecr.io/fraud/server:1.4'),
    message: "[test/Images] 'repositoryUri' must be registry and repository without scheme, tag and digest, such as 'acme.azurecr.io/fraud/server', got 'acme.azurecr.io/fraud/server:1.4' (cloud/malformed-repository-uri)",
  },
  {
    id: 'cloud/foreign-registry',
    when: 'rights of IAM on a registry of Azure',
    provoke: () => ImageRepository.fromUri(Testing.chart(), 'Images', 'acme.azurecr.io/fraud/server').grantPull(role({})),
    message: "IAM gives no rights on 'acme.azurecr.io/fraud/server', which is not in ECR; its own registry does, and pods pull with an image pull secret (cloud/foreign-registry)",
  },
];

function registry(props: Partial<RegistryBucketProps>): RegistryBucket {
  return new RegistryBucket(cloudStack(), 'Registry', { bucketName, ...props });
}

function role(props: Partial<WorkloadRoleProps>): WorkloadRole {
  return new WorkloadRole(cloudStack(), 'Role', {
    roleName: 'fraud-server', identity: ClusterIdentity.podIdentity('prod'), namespace: 'fraud', serviceAccountName: 'fraud-server', ...props,
  });
}
