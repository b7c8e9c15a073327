import { App, Duration, Testing } from 'cdk8s';
import { AwsStack, ClusterIdentity, ImageRepository, WorkloadRole } from '../../src';
import { accountId, cloudStack, resource, rolePolicy } from '../support/terraform';

const digest = `sha256:${'a'.repeat(64)}`;
const repositoryArn = 'arn:aws:ecr:eu-central-1:123456789012:repository/fraud/server';
const pull = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];
const push = [...pull, 'ecr:CompleteLayerUpload', 'ecr:InitiateLayerUpload', 'ecr:PutImage', 'ecr:UploadLayerPart'];

function roleIn(cloud: AwsStack): WorkloadRole {
  return new WorkloadRole(cloud, 'Builder', {
    roleName: 'builder', identity: ClusterIdentity.podIdentity('prod'), namespace: 'ci', serviceAccountName: 'builder',
  });
}

test('images are pinned by digest under an address that is known before Terraform runs', () => {
  const repository = new ImageRepository(cloudStack(), 'Images', { repositoryName: 'fraud/server' });

  expect(repository.repositoryName).toBe('fraud/server');
  expect(repository.repositoryUri).toBe('123456789012.dkr.ecr.eu-central-1.amazonaws.com/fraud/server');
  expect(repository.image(digest).uri).toBe(`123456789012.dkr.ecr.eu-central-1.amazonaws.com/fraud/server@${digest}`);
});

test('tags never move, images are scanned and encrypted, the repository outlives its stack', () => {
  const cloud = cloudStack();
  new ImageRepository(cloud, 'Images', { repositoryName: 'fraud/server' });

  expect(resource(cloud, 'aws_ecr_repository')).toEqual({
    name: 'fraud/server',
    image_tag_mutability: 'IMMUTABLE',
    image_scanning_configuration: { scan_on_push: true },
    encryption_configuration: [{ encryption_type: 'KMS' }],
    force_delete: false,
    lifecycle: { prevent_destroy: true },
  });
});

test('a key that exists is used', () => {
  const cloud = cloudStack();
  const encryptionKeyArn = 'arn:aws:kms:eu-central-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab';
  new ImageRepository(cloud, 'Images', { repositoryName: 'fraud/server', encryptionKeyArn });

  expect(resource(cloud, 'aws_ecr_repository').encryption_configuration).toEqual([{ encryption_type: 'KMS', kms_key: encryptionKeyArn }]);
});

test.each([[undefined, 90], [Duration.days(14), 14]])('only images that never got a tag expire (%s)', (untaggedRetention, countNumber) => {
  const cloud = cloudStack();
  new ImageRepository(cloud, 'Images', { repositoryName: 'fraud/server', untaggedRetention });
  const lifecycle = resource(cloud, 'aws_ecr_lifecycle_policy');

  expect(lifecycle.repository).toMatch(/^\$\{aws_ecr_repository\.Images_\w+\.name\}$/);
  expect(JSON.parse(lifecycle.policy)).toEqual({
    rules: [{
      rulePriority: 1,
      description: 'images that never got a tag; what may run has one',
      selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber },
      action: { type: 'expire' },
    }],
  });
});

describe('who may pull and push', () => {
  test('pulling reads one repository', () => {
    const cloud = cloudStack();
    new ImageRepository(cloud, 'Images', { repositoryName: 'fraud/server' }).grantPull(roleIn(cloud));

    expect(rolePolicy(cloud).Statement).toEqual([
      { Sid: 'Login', Effect: 'Allow', Action: ['ecr:GetAuthorizationToken'], Resource: ['*'] },
      { Sid: 'Pull', Effect: 'Allow', Action: pull, Resource: [repositoryArn] },
    ]);
    expect(resource(cloud, 'aws_iam_role_policy').name).toMatch(/^fraud\+server\.[0-9a-f]{8}\.pull$/);
  });

  test('pushing writes one repository, and can delete nothing', () => {
    const cloud = cloudStack();
    new ImageRepository(cloud, 'Images', { repositoryName: 'fraud/server' }).grantPush(roleIn(cloud));

    expect(rolePolicy(cloud).Statement).toEqual([
      { Sid: 'Login', Effect: 'Allow', Action: ['ecr:GetAuthorizationToken'], Resource: ['*'] },
      { Sid: 'Push', Effect: 'Allow', Action: push, Resource: [repositoryArn] },
    ]);
  });

  test('the longest name of a repository fits into the name of a policy', () => {
    const cloud = cloudStack();
    new ImageRepository(cloud, 'Images', { repositoryName: 'r'.repeat(256) }).grantPull(roleIn(cloud));

    expect(resource(cloud, 'aws_iam_role_policy').name.length).toBeLessThanOrEqual(128);
  });
});

describe('a repository that exists', () => {
  test('in any registry gives images by digest and makes nothing', () => {
    const chart = Testing.chart();
    const repository = ImageRepository.fromUri(chart, 'Images', 'acme.azurecr.io:443/fraud/server');

    expect(repository.repositoryUri).toBe('acme.azurecr.io:443/fraud/server');
    expect(repository.image(digest).uri).toBe(`acme.azurecr.io:443/fraud/server@${digest}`);
    expect(Testing.synth(chart)).toEqual([]);
  });

  test('in ECR, of whatever account, can be given', () => {
    const cloud = cloudStack();
    ImageRepository.fromUri(Testing.chart(), 'Images', '210987654321.dkr.ecr.eu-west-1.amazonaws.com/base/python').grantPush(roleIn(cloud));

    expect(rolePolicy(cloud).Statement[1]).toEqual({
      Sid: 'Push', Effect: 'Allow', Action: push, Resource: ['arn:aws:ecr:eu-west-1:210987654321:repository/base/python'],
    });
  });
});

test('the registry of China has a name of its own, both ways', () => {
  const cloud = new AwsStack(new App(), 'cloud', { region: 'cn-north-1', accountId });
  const repository = new ImageRepository(cloud, 'Images', { repositoryName: 'fraud/server' });
  ImageRepository.fromUri(cloud, 'Import', repository.repositoryUri).grantPull(roleIn(cloud));

  expect(repository.repositoryUri).toBe('123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/fraud/server');
  expect(rolePolicy(cloud).Statement[1].Resource).toEqual(['arn:aws-cn:ecr:cn-north-1:123456789012:repository/fraud/server']);
});
