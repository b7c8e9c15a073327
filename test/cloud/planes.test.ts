import { mkdtempSync, readdirSync, readFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { ApiObject, Chart } from 'cdk8s';
import { AwsStack, ClusterIdentity, ImageRepository, MlopsApp, RegistryBucket, WorkloadRole } from '../../src';
import { accountId, region } from '../support/terraform';

const digest = `sha256:${'a'.repeat(64)}`;

/** What a user writes: Terraform and manifests that know of each other. */
function synthesizeBoth(): { manifests: string; terraform: string } {
  const folder = mkdtempSync(join(tmpdir(), 'planes-'));
  const app = new MlopsApp({ outdir: join(folder, 'dist') });
  const cloud = new AwsStack(app, 'fraud-cloud', { region, accountId });
  const registry = new RegistryBucket(cloud, 'Registry', { bucketName: 'acme-fraud-registry' });
  const images = new ImageRepository(cloud, 'Images', { repositoryName: 'fraud/server' });
  const server = new WorkloadRole(cloud, 'Server', {
    roleName: 'fraud-server',
    identity: ClusterIdentity.irsa('https://oidc.eks.eu-central-1.amazonaws.com/id/ABC'),
    namespace: 'fraud',
    serviceAccountName: 'server',
  });
  registry.grants.read(server, 'fraud-detection');
  const chart = new Chart(app, 'fraud');
  new ApiObject(chart, 'Account', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: server.serviceAccountName, annotations: server.serviceAccountAnnotations },
  });
  new ApiObject(chart, 'Settings', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings' },
    data: { IMAGE: images.image(digest).uri, ...registry.environment },
  });
  app.synth();
  const stacks = join(folder, 'mlops.out', 'terraform', 'stacks');
  expect(readdirSync(stacks)).toEqual(['fraud-cloud']);
  return {
    manifests: readFileSync(join(folder, 'dist', 'fraud.k8s.yaml'), 'utf8'),
    terraform: readFileSync(join(stacks, 'fraud-cloud', 'cdk.tf.json'), 'utf8'),
  };
}

test('what a manifest says of the cloud is known before Terraform runs', () => {
  expect(synthesizeBoth().manifests).toBe(`apiVersion: v1
kind: ServiceAccount
metadata:
  annotations:
    eks.amazonaws.com/role-arn: arn:aws:iam::123456789012:role/fraud-server
  name: server
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  AWS_DEFAULT_REGION: eu-central-1
  AWS_REGION: eu-central-1
  IMAGE: 123456789012.dkr.ecr.eu-central-1.amazonaws.com/fraud/server@${digest}
  MODEL_REGISTRY_URI: s3://acme-fraud-registry
`);
});

test('Terraform makes what the manifest names', () => {
  const { resource } = JSON.parse(synthesizeBoth().terraform);
  const attributes = (type: string) => Object.values<any>(resource[type])[0];

  expect(attributes('aws_iam_role').name).toBe('fraud-server');
  expect(attributes('aws_ecr_repository').name).toBe('fraud/server');
  expect(attributes('aws_s3_bucket').bucket).toBe('acme-fraud-registry');
});

test('the state is kept beside the output, and the bytes are the same in every folder', () => {
  const { terraform } = synthesizeBoth();

  expect(JSON.parse(terraform).terraform.backend).toEqual({ local: { path: '../../../../terraform.fraud-cloud.tfstate' } });
  expect(synthesizeBoth().terraform).toBe(terraform);
  expect(terraform).not.toContain(process.cwd());
});
