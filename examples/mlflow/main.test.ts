import { ExampleOutput, runExample } from '../../test/support/example';
import { objectOf } from '../../test/support/manifests';

let output: ExampleOutput;

beforeAll(() => {
  output = runExample(__dirname);
});

const inNamespace = (namespace: string) => output.manifests.filter(({ metadata }) => metadata.namespace === namespace);

test('the manifests are these', () => {
  expect(output.manifests).toMatchSnapshot();
});

test('the reports say this', () => {
  expect(output.artifacts['mlflow/report.md']).toMatchSnapshot();
  expect(output.artifacts['fraud/report.md']).toMatchSnapshot();
});

test('containers know the admin in the namespace of the server only', () => {
  const secretsOf = (manifests: any[]) => new Set(JSON.stringify(manifests).match(/"secretKeyRef":\{[^}]*\}/g)!.map((found) => JSON.parse(`{${found}}`).secretKeyRef.name));

  expect(secretsOf(inNamespace('mlflow'))).toEqual(new Set(['mlflow']));
  expect(secretsOf(inNamespace('fraud-mlflow'))).toEqual(new Set(['mlflow-workloads']));
});

test('the loader asks MLflow for the version of the record, and whom it may call lets it in', () => {
  const [loader] = objectOf(inNamespace('fraud-mlflow'), 'Deployment').spec.template.spec.initContainers;
  const serverPolicy = inNamespace('mlflow').find(({ kind, spec }) => kind === 'NetworkPolicy' && spec.ingress);

  expect(loader.args).toContain('--model-uri=models:/fraud-detection/7');
  expect(loader.env).toContainEqual({ name: 'MLFLOW_TRACKING_URI', value: 'http://mlflow.mlflow.svc:5000' });
  expect(serverPolicy.spec.ingress.flatMap(({ from }: any) => from)).toContainEqual(
    { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'fraud-mlflow' } } },
  );
});

test('only what collects garbage may delete artifacts', () => {
  const { resource } = JSON.parse(output.artifacts['terraform/stacks/mlflow-cloud/cdk.tf.json']);
  const policies = Object.values<any>(resource.aws_iam_role_policy);

  expect(policies.filter(({ policy }) => policy.includes('s3:DeleteObject')).map(({ role }) => role)).toEqual(['mlflow-collection']);
});
