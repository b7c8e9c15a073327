import { App, Testing } from 'cdk8s';
import { AwsStack, ClusterIdentity, RegistryBucket, RegistryGrants, WorkloadRole } from '../../src';
import { collectFacts } from '../../src/private/facts';
import { isAllowed } from '../support/iam';
import { accountId, cloudStack, region, resource, resources, rolePolicy } from '../support/terraform';

const bucketName = 'acme-registry';
const bucketArn = `arn:aws:s3:::${bucketName}`;
const keyArn = 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const viaS3 = { StringEquals: { 'kms:ViaService': 's3.eu-central-1.amazonaws.com' } };
const upload = ['s3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'];
const model = 'fraud';

type Give = (grants: RegistryGrants, role: WorkloadRole) => void;

const actors: { [actor: string]: Give } = {
  server: (grants, role) => grants.read(role, model),
  logger: (grants, role) => grants.logPredictions(role, model),
  trainer: (grants, role) => grants.register(role, model),
  promoter: (grants, role) => grants.promote(role, model),
  drift: (grants, role) => grants.detectDrift(role, model),
  mlflow: (grants, role) => grants.mlflow(role),
  garbageCollector: (grants, role) => grants.collectMlflowGarbage(role),
  auditor: (grants, role) => grants.audit(role),
  personalDataReader: (grants, role) => grants.readPersonalData(role, 'debiasing, ticket DPO-17'),
};

function newRole(cloud: AwsStack, roleName = 'actor'): WorkloadRole {
  return new WorkloadRole(cloud, roleName, { roleName, identity: ClusterIdentity.podIdentity('prod'), namespace: 'fraud', serviceAccountName: roleName });
}

function stackWith(give: Give): AwsStack {
  const cloud = cloudStack();
  const registry = new RegistryBucket(cloud, 'Registry', { bucketName, encryptionKeyArn: keyArn });
  give(registry.grants, newRole(cloud));
  return cloud;
}

describe('policy documents', () => {
  const documents: { [actor: string]: any[] } = {
    server: [
      allow('LoadReleases', ['s3:GetObject'], ['production/fraud/*']),
      useKey('kms:Decrypt'),
    ],
    logger: [
      allow('LogPredictions', upload, ['predictions-log/fraud/*']),
      useKey('kms:GenerateDataKey', 'kms:Decrypt'),
    ],
    trainer: [
      allow('ReadData', ['s3:GetObject'], ['data/*']),
      list('ListData', 'data/*'),
      allow('WriteCandidates', ['s3:GetObject', ...upload], ['models/fraud/candidates/*']),
      allow('WriteReference', upload, ['reference/fraud/*']),
      allow('WriteAudit', ['s3:PutObject'], ['audit/fraud/*']),
      useKey('kms:GenerateDataKey', 'kms:Decrypt'),
    ],
    promoter: [
      allow('ReadVersions', ['s3:GetObject'], ['models/fraud/candidates/*', 'production/fraud/*']),
      allow('MakeReleases', ['s3:PutObject'], ['production/fraud/*'], { Null: { 's3:if-none-match': 'false' } }),
      allow('MoveAliases', ['s3:PutObject'], ['production/fraud/manifest.json'], { Null: { 's3:if-match': 'false' } }),
      allow('UploadParts', ['s3:PutObject'], ['production/fraud/*'], { Bool: { 's3:ObjectCreationOperation': 'false' } }),
      allow('TidyUploads', ['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts'], ['production/fraud/*']),
      allow('WriteAudit', ['s3:PutObject'], ['audit/fraud/*']),
      useKey('kms:GenerateDataKey', 'kms:Decrypt'),
    ],
    drift: [
      allow('ReadPredictions', ['s3:GetObject'], ['predictions-log/fraud/*']),
      list('ListPredictions', 'predictions-log/fraud/*'),
      allow('ReadReference', ['s3:GetObject'], ['reference/fraud/*', 'production/fraud/manifest.json', 'production/fraud/*/reference']),
      allow('WriteReports', ['s3:PutObject'], ['reports/fraud/*']),
      useKey('kms:GenerateDataKey', 'kms:Decrypt'),
    ],
    mlflow: [
      allow('UseArtifacts', ['s3:GetObject', ...upload], ['mlflow/*']),
      list('ListArtifacts', 'mlflow/*'),
      useKey('kms:GenerateDataKey', 'kms:Decrypt'),
    ],
    garbageCollector: [
      allow('DeleteArtifacts', ['s3:GetObject', 's3:DeleteObject'], ['mlflow/*']),
      list('ListArtifacts', 'mlflow/*'),
      useKey('kms:Decrypt'),
    ],
    auditor: [
      allow('ReadAudit', ['s3:GetObject', 's3:GetObjectVersion'], ['audit/*']),
      { ...list('ListAudit', 'audit/*'), Action: ['s3:ListBucket', 's3:ListBucketVersions'] },
      useKey('kms:Decrypt'),
    ],
    personalDataReader: [
      allow('ReadPersonalData', ['s3:GetObject'], ['pii/*']),
      list('ListPersonalData', 'pii/*'),
      useKey('kms:Decrypt'),
    ],
  };

  test.each(Object.keys(actors))('%s', (actor) => {
    expect(rolePolicy(stackWith(actors[actor]))).toEqual({ Version: '2012-10-17', Statement: documents[actor] });
  });

  function allow(sid: string, actions: string[], keys: string[], condition?: any): any {
    return { Sid: sid, Effect: 'Allow', Action: actions, Resource: keys.map((key) => `${bucketArn}/${key}`), ...(condition && { Condition: condition }) };
  }

  function list(sid: string, prefix: string): any {
    return { Sid: sid, Effect: 'Allow', Action: ['s3:ListBucket'], Resource: [bucketArn], Condition: { StringLike: { 's3:prefix': prefix } } };
  }

  function useKey(...actions: string[]): any {
    return { Sid: 'UseKey', Effect: 'Allow', Action: actions, Resource: [keyArn], Condition: viaS3 };
  }
});

describe('least privilege, over every action on every folder', () => {
  const keys = [
    'models/fraud/candidates/7/model.bin', 'models/fraudulent/candidates/7/model.bin', 'models/fraud/notes.txt',
    'production/fraud/7/model.bin', 'production/fraud/7/reference', 'production/fraud/manifest.json',
    'production/other/7/model.bin', 'production/other/7/reference', 'production/other/manifest.json',
    'data/transactions.parquet', 'pii/customers.parquet',
    'reference/fraud/scores.json', 'reference/other/scores.json',
    'predictions-log/fraud/2026/01/01.jsonl', 'predictions-log/other/2026/01/01.jsonl',
    'reports/fraud/features/latest.html', 'reports/other/features/latest.html',
    'audit/fraud/7.json', 'audit/other/7.json', 'mlflow/1/artifacts/model.bin', 'elsewhere/file',
  ];
  const requests: { [verb: string]: { action: string; context?: { [key: string]: string } } } = {
    'get': { action: 's3:GetObject' },
    'get-old': { action: 's3:GetObjectVersion' },
    'put': { action: 's3:PutObject', context: { 's3:ObjectCreationOperation': 'true' } },
    'create': { action: 's3:PutObject', context: { 's3:ObjectCreationOperation': 'true', 's3:if-none-match': '*' } },
    'replace': { action: 's3:PutObject', context: { 's3:ObjectCreationOperation': 'true', 's3:if-match': '"etag"' } },
    'part': { action: 's3:PutObject', context: { 's3:ObjectCreationOperation': 'false' } },
    'abort': { action: 's3:AbortMultipartUpload' },
    'delete': { action: 's3:DeleteObject' },
    'delete-old': { action: 's3:DeleteObjectVersion' },
    'lift-lock': { action: 's3:BypassGovernanceRetention' },
    'tag': { action: 's3:PutObjectTagging' },
    'acl': { action: 's3:PutObjectAcl' },
  };
  const anyUpload = ['put', 'create', 'replace', 'part', 'abort'];
  const anyPut = ['put', 'create', 'replace', 'part'];

  const expected: { [actor: string]: string[] } = {
    server: ['get production/fraud/7/model.bin', 'get production/fraud/7/reference', 'get production/fraud/manifest.json'],
    logger: on('predictions-log/fraud/2026/01/01.jsonl', anyUpload),
    trainer: [
      'get data/transactions.parquet',
      ...on('models/fraud/candidates/7/model.bin', ['get', ...anyUpload]),
      ...on('reference/fraud/scores.json', anyUpload),
      ...on('audit/fraud/7.json', anyPut),
    ],
    promoter: [
      'get models/fraud/candidates/7/model.bin', 'get production/fraud/manifest.json',
      ...on('production/fraud/7/model.bin', ['get', 'create', 'part', 'abort']),
      ...on('production/fraud/7/reference', ['get', 'create', 'part', 'abort']),
      ...on('production/fraud/manifest.json', ['create', 'replace', 'part', 'abort']),
      ...on('audit/fraud/7.json', anyPut),
    ],
    drift: [
      'get production/fraud/7/reference', 'get production/fraud/manifest.json', 'get predictions-log/fraud/2026/01/01.jsonl', 'get reference/fraud/scores.json',
      ...on('reports/fraud/features/latest.html', anyPut),
    ],
    mlflow: on('mlflow/1/artifacts/model.bin', ['get', ...anyUpload]),
    garbageCollector: on('mlflow/1/artifacts/model.bin', ['get', 'delete']),
    auditor: [...on('audit/fraud/7.json', ['get', 'get-old']), ...on('audit/other/7.json', ['get', 'get-old'])],
    personalDataReader: ['get pii/customers.parquet'],
  };

  const prefixes = ['', 'models/', 'production/fraud/', 'data/', 'data/2026/', 'pii/', 'reference/fraud/', 'predictions-log/', 'predictions-log/fraud/', 'audit/', 'mlflow/'];
  const expectedLists: { [actor: string]: string[] } = {
    server: [],
    logger: [],
    trainer: ['data/', 'data/2026/'],
    promoter: [],
    drift: ['predictions-log/fraud/'],
    mlflow: ['mlflow/'],
    garbageCollector: ['mlflow/'],
    auditor: ['audit/'],
    personalDataReader: ['pii/'],
  };

  const expectedKeyUse: { [actor: string]: string[] } = {
    server: ['kms:Decrypt'],
    logger: ['kms:Decrypt', 'kms:GenerateDataKey'],
    trainer: ['kms:Decrypt', 'kms:GenerateDataKey'],
    promoter: ['kms:Decrypt', 'kms:GenerateDataKey'],
    drift: ['kms:Decrypt', 'kms:GenerateDataKey'],
    mlflow: ['kms:Decrypt', 'kms:GenerateDataKey'],
    garbageCollector: ['kms:Decrypt'],
    auditor: ['kms:Decrypt'],
    personalDataReader: ['kms:Decrypt'],
  };
  const keyActions = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptTo', 'kms:CreateGrant', 'kms:ScheduleKeyDeletion'];

  test.each(Object.keys(actors))('%s may do on objects what its work needs, and nothing else', (actor) => {
    const policies = [rolePolicy(stackWith(actors[actor]))];

    const allowed = Object.entries(requests).flatMap(([verb, { action, context }]) => keys
      .filter((key) => isAllowed(policies, { action, resource: `${bucketArn}/${key}`, context }))
      .map((key) => `${verb} ${key}`));

    expect(allowed.sort()).toEqual([...expected[actor]].sort());
  });

  test.each(Object.keys(actors))('%s sees the lists that its work needs, and never that of the whole bucket', (actor) => {
    const policies = [rolePolicy(stackWith(actors[actor]))];

    const listed = prefixes.filter((prefix) => isAllowed(policies, { action: 's3:ListBucket', resource: bucketArn, context: { 's3:prefix': prefix } }));

    expect(listed).toEqual(expectedLists[actor]);
    expect(isAllowed(policies, { action: 's3:ListBucket', resource: bucketArn })).toBe(false);
  });

  test.each(Object.keys(actors))('%s uses the key through S3 only', (actor) => {
    const policies = [rolePolicy(stackWith(actors[actor]))];
    const usable = (service?: string) => keyActions.filter((action) =>
      isAllowed(policies, { action, resource: keyArn, context: service ? { 'kms:ViaService': service } : {} }));

    expect(usable('s3.eu-central-1.amazonaws.com')).toEqual(expectedKeyUse[actor]);
    expect(usable('s3.us-east-1.amazonaws.com')).toEqual([]);
    expect(usable('secretsmanager.eu-central-1.amazonaws.com')).toEqual([]);
    expect(usable()).toEqual([]);
  });

  test.each(Object.keys(actors))('%s changes nothing of the bucket itself, and no other bucket', (actor) => {
    const policies = [rolePolicy(stackWith(actors[actor]))];
    const actions = ['s3:DeleteBucket', 's3:PutBucketPolicy', 's3:PutLifecycleConfiguration', 's3:PutBucketVersioning', 's3:PutEncryptionConfiguration', 's3:GetObject'];

    expect(actions.filter((action) => isAllowed(policies, { action, resource: bucketArn }))).toEqual([]);
    expect(keys.filter((key) => isAllowed(policies, { action: 's3:GetObject', resource: `${bucketArn}-2/${key}` }))).toEqual([]);
  });

  test('what is allowed over TLS is refused without', () => {
    const cloud = stackWith(actors.server);
    const policies = [rolePolicy(cloud), JSON.parse(resource(cloud, 'aws_s3_bucket_policy').policy)];
    const load = (secure: string) => isAllowed(policies, {
      action: 's3:GetObject', resource: `${bucketArn}/production/fraud/7/model.bin`, context: { 'aws:SecureTransport': secure },
    });

    expect(load('true')).toBe(true);
    expect(load('false')).toBe(false);
  });

  function on(key: string, verbs: string[]): string[] {
    return verbs.map((verb) => `${verb} ${key}`);
  }
});

describe('where a grant stands', () => {
  test('it names the role by a string and waits for it', () => {
    const policy = resource(stackWith(actors.server), 'aws_iam_role_policy');

    expect(policy).toMatchObject({ name: 'acme-registry.read.fraud', role: 'actor', depends_on: [expect.stringMatching(/^aws_iam_role\.actor_/)] });
  });

  test('giving the same twice is giving it once', () => {
    const cloud = stackWith((grants, role) => {
      grants.read(role, model);
      grants.read(role, model);
    });

    expect(Object.keys(resources(cloud, 'aws_iam_role_policy'))).toHaveLength(1);
  });

  test('two models are two policies of one role', () => {
    const cloud = stackWith((grants, role) => {
      grants.read(role, 'fraud');
      grants.read(role, 'churn');
    });

    const names = Object.values(resources(cloud, 'aws_iam_role_policy')).map((policy) => policy.name);

    expect(names).toEqual(['acme-registry.read.fraud', 'acme-registry.read.churn']);
  });

  test('a role of another stack is made first', () => {
    const app = new App();
    const roles = new AwsStack(app, 'roles', { region, accountId });
    const cloud = new AwsStack(app, 'cloud', { region, accountId });
    const registry = new RegistryBucket(cloud, 'Registry', { bucketName });

    registry.grants.read(newRole(roles), model);

    expect(resource(cloud, 'aws_iam_role_policy').depends_on).toBeUndefined();
    expect(resource(cloud, 'aws_iam_role_policy').role).toBe('actor');
    expect((cloud as any).dependencies).toEqual([roles]);
  });

  test('rights on an imported registry stand with the role', () => {
    const cloud = cloudStack();
    const registry = RegistryBucket.fromBucketName(Testing.chart(), 'Registry', bucketName, { region });

    registry.grants.read(newRole(cloud), model);

    expect(rolePolicy(cloud).Statement).toEqual([
      { Sid: 'LoadReleases', Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::acme-registry/production/fraud/*'] },
    ]);
  });

  test('an imported role gets rights where the registry stands', () => {
    const cloud = cloudStack();
    const registry = new RegistryBucket(cloud, 'Registry', { bucketName });
    const role = WorkloadRole.fromRoleArn(Testing.chart(), 'Role', 'arn:aws:iam::123456789012:role/team/server', { serviceAccountName: 'server' });

    registry.grants.read(role, model);

    expect(resource(cloud, 'aws_iam_role_policy')).toMatchObject({ role: 'server' });
    expect(resource(cloud, 'aws_iam_role_policy').depends_on).toBeUndefined();
  });

  test('the key of a registry of ours is a reference in its own stack', () => {
    const cloud = cloudStack();
    new RegistryBucket(cloud, 'Registry', { bucketName }).grants.read(newRole(cloud), model);

    expect(rolePolicy(cloud).Statement[1].Resource).toEqual([expect.stringMatching(/^\$\{aws_kms_key\.Registry_Key_\w+\.arn\}$/)]);
  });

  test('in China, S3 and its endpoints have other names', () => {
    const cloud = new AwsStack(new App(), 'cloud', { region: 'cn-north-1', accountId });
    new RegistryBucket(cloud, 'Registry', { bucketName, encryptionKeyArn: 'arn:aws-cn:kms:cn-north-1:123456789012:key/1234abcd' })
      .grants.read(newRole(cloud), model);

    const [load, useKey] = rolePolicy(cloud).Statement;

    expect(load.Resource).toEqual(['arn:aws-cn:s3:::acme-registry/production/fraud/*']);
    expect(useKey.Condition).toEqual({ StringEquals: { 'kms:ViaService': 's3.cn-north-1.amazonaws.com.cn' } });
  });
});

test('who reads personal data, and what for, stands in the report', () => {
  const cloud = stackWith(actors.personalDataReader);

  expect(collectFacts(cloud).notes).toEqual(['actor reads personal data in s3://acme-registry/pii/: debiasing, ticket DPO-17']);
});
