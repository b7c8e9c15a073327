import { App, Testing } from 'cdk8s';
import { AwsStack, ClusterIdentity, WorkloadRole, WorkloadRoleProps } from '../../src';
import { isAllowed } from '../support/iam';
import { accountId, cloudStack, resource, resources, synthesize } from '../support/terraform';

const issuer = 'oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF';
const podIdentity = ClusterIdentity.podIdentity('prod');
const irsa = ClusterIdentity.irsa(`https://${issuer}`);

function roleIn(cloud: AwsStack, props: Partial<WorkloadRoleProps> = {}): WorkloadRole {
  return new WorkloadRole(cloud, 'Server', {
    roleName: 'fraud-server', identity: podIdentity, namespace: 'fraud', serviceAccountName: 'server', ...props,
  });
}

describe('with EKS Pod Identity', () => {
  test('the role trusts one service account of one namespace of one cluster', () => {
    const cloud = cloudStack();
    roleIn(cloud);
    const role = resource(cloud, 'aws_iam_role');

    expect({ ...role, assume_role_policy: JSON.parse(role.assume_role_policy) }).toEqual({
      name: 'fraud-server',
      description: 'fraud/server',
      assume_role_policy: {
        Version: '2012-10-17',
        Statement: [{
          Sid: 'PodIdentity',
          Effect: 'Allow',
          Principal: { Service: 'pods.eks.amazonaws.com' },
          Action: ['sts:AssumeRole', 'sts:TagSession'],
          Condition: {
            StringEquals: {
              'aws:RequestTag/kubernetes-namespace': 'fraud',
              'aws:RequestTag/kubernetes-service-account': 'server',
              'aws:RequestTag/eks-cluster-arn': 'arn:aws:eks:eu-central-1:123456789012:cluster/prod',
            },
          },
        }],
      },
    });
  });

  test('the cluster associates it, and the service account needs no annotation', () => {
    const cloud = cloudStack();
    const role = roleIn(cloud);
    const [roleName] = Object.keys(resources(cloud, 'aws_iam_role'));

    expect(resource(cloud, 'aws_eks_pod_identity_association')).toEqual({
      cluster_name: 'prod', namespace: 'fraud', service_account: 'server', role_arn: `\${aws_iam_role.${roleName}.arn}`,
    });
    expect(role.serviceAccountName).toBe('server');
    expect(role.serviceAccountAnnotations).toEqual({});
    expect(role.namespace).toBe('fraud');
  });
});

describe('with IAM roles for service accounts', () => {
  test('the role trusts tokens of one service account, made for AWS', () => {
    const cloud = cloudStack();
    roleIn(cloud, { identity: irsa });

    expect(JSON.parse(resource(cloud, 'aws_iam_role').assume_role_policy)).toEqual({
      Version: '2012-10-17',
      Statement: [{
        Sid: 'ServiceAccountToken',
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${issuer}` },
        Action: ['sts:AssumeRoleWithWebIdentity'],
        Condition: { StringEquals: { [`${issuer}:sub`]: 'system:serviceaccount:fraud:server', [`${issuer}:aud`]: 'sts.amazonaws.com' } },
      }],
    });
    expect(resources(cloud, 'aws_eks_pod_identity_association')).toEqual({});
  });

  test('the service account carries the ARN, known before Terraform runs', () => {
    const role = roleIn(cloudStack(), { identity: irsa });

    expect(role.roleArn).toBe('arn:aws:iam::123456789012:role/fraud-server');
    expect(role.serviceAccountAnnotations).toEqual({ 'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/fraud-server' });
  });

  test.each([
    ['its own token', 'system:serviceaccount:fraud:server', 'sts.amazonaws.com', true],
    ['another service account', 'system:serviceaccount:fraud:server-2', 'sts.amazonaws.com', false],
    ['another namespace', 'system:serviceaccount:fraud-2:server', 'sts.amazonaws.com', false],
    ['a token for another audience', 'system:serviceaccount:fraud:server', 'vault', false],
  ])('%s is judged rightly', (_what, sub, aud, trusted) => {
    const cloud = cloudStack();
    roleIn(cloud, { identity: irsa });
    const { Statement: [statement] } = JSON.parse(resource(cloud, 'aws_iam_role').assume_role_policy);

    const answer = isAllowed([{ Statement: [{ ...statement, Resource: ['*'] }] }], {
      action: 'sts:AssumeRoleWithWebIdentity', resource: 'role', context: { [`${issuer}:sub`]: sub, [`${issuer}:aud`]: aud },
    });

    expect(answer).toBe(trusted);
  });
});

test('a role starts without rights', () => {
  const cloud = cloudStack();
  roleIn(cloud);

  expect(Object.keys(synthesize(cloud).resource)).toEqual(['aws_iam_role', 'aws_eks_pod_identity_association']);
});

test('a boundary is handed on', () => {
  const cloud = cloudStack();
  roleIn(cloud, { permissionsBoundaryArn: 'arn:aws:iam::123456789012:policy/boundary' });

  expect(resource(cloud, 'aws_iam_role').permissions_boundary).toBe('arn:aws:iam::123456789012:policy/boundary');
});

test('the ARNs of GovCloud are its own', () => {
  const cloud = new AwsStack(new App(), 'cloud', { region: 'us-gov-west-1', accountId });

  expect(roleIn(cloud).roleArn).toBe('arn:aws-us-gov:iam::123456789012:role/fraud-server');
});

describe('a role that exists', () => {
  test('gives its service account the annotation that IAM roles for service accounts need', () => {
    const role = WorkloadRole.fromRoleArn(Testing.chart(), 'Role', 'arn:aws:iam::123456789012:role/team/risk/server', { serviceAccountName: 'server' });

    expect(role.roleName).toBe('server');
    expect(role.serviceAccountName).toBe('server');
    expect(role.serviceAccountAnnotations).toEqual({ 'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/team/risk/server' });
  });

  test('needs none with Pod Identity', () => {
    const role = WorkloadRole.fromRoleArn(Testing.chart(), 'Role', 'arn:aws:iam::123456789012:role/server', { serviceAccountName: 'server', podIdentity: true });

    expect(role.roleArn).toBe('arn:aws:iam::123456789012:role/server');
    expect(role.serviceAccountAnnotations).toEqual({});
  });
});
