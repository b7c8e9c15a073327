import { ExampleOutput, runExample } from '../../test/support/example';
import { objectOf } from '../../test/support/manifests';

let output: ExampleOutput;

beforeAll(() => {
  output = runExample(__dirname);
});

test('the manifests of the service are these', () => {
  expect(output.manifests).toMatchSnapshot();
});

test('the Terraform of its registry is this', () => {
  expect(JSON.parse(output.artifacts['terraform/stacks/fraud-cloud/cdk.tf.json'])).toMatchSnapshot();
});

test('the report says this', () => {
  expect(output.artifacts['fraud/report.md']).toMatchSnapshot();
});

test('the service keeps the numbers of the fraud detection model', () => {
  const { spec } = objectOf(output.manifests, 'Deployment');
  const [server] = spec.template.spec.containers;

  expect(spec.replicas).toBe(3);
  expect(server.ports).toEqual([{ name: 'http', containerPort: 8080 }, { name: 'metrics', containerPort: 9090 }]);
  expect(server.resources).toEqual({ requests: { cpu: '2', memory: '4096Mi' }, limits: { cpu: '4', memory: '6144Mi' } });
  expect(server.env).toEqual(expect.arrayContaining([{ name: 'MAX_BATCH_SIZE', value: '32' }, { name: 'WORKERS', value: '4' }]));
  expect(server.startupProbe.periodSeconds * server.startupProbe.failureThreshold).toBeGreaterThanOrEqual(45);
});

test('the loader reads the version of the release and checks its hash', () => {
  const [loader] = objectOf(output.manifests, 'Deployment').spec.template.spec.initContainers;

  expect(loader.args).toEqual([
    '--model-uri=s3://example-fraud-registry/production/fraud-detection/v2.1.0/model.tar',
    '--sha256=1f0c2b6f6d1f4e5f2f4f0a8c1f6f6f7a3b5d9e8c7b6a59483726150493827160',
    '--output=/models/current',
  ]);
});

test('nothing in dist is anything but a manifest', () => {
  expect(output.files).toEqual(['fraud.k8s.yaml']);
  expect(output.manifests.every((manifest) => manifest.apiVersion && manifest.kind && manifest.metadata.name)).toBe(true);
});
