import { ExampleOutput, runExample } from '../../test/support/example';
import { objectOf } from '../../test/support/manifests';

let output: ExampleOutput;

beforeAll(() => {
  output = runExample(__dirname);
});

test('the manifests of the service are these', () => {
  expect(output.manifests).toMatchSnapshot();
});

test('what exists is joined, not made again', () => {
  expect(output.manifests.map(({ kind }) => kind).sort()).toEqual([
    'AlertmanagerConfig', 'ConfigMap', 'Deployment', 'NetworkPolicy', 'PodDisruptionBudget', 'PodMonitor', 'PrometheusRule', 'Service',
  ]);
});

test('namespace, service account, secret and labels are those that were given', () => {
  const deployment = objectOf(output.manifests, 'Deployment');
  const pod = deployment.spec.template;

  expect(new Set(output.manifests.map(({ metadata }) => metadata.namespace))).toEqual(new Set(['customer-models']));
  expect(deployment.metadata.labels).toMatchObject({ 'cost-center': '4711', 'cdk8s-mlops.io/model': 'churn' });
  expect(pod.metadata.labels).toMatchObject({ 'billing.example.com/product': 'crm' });
  expect(pod.spec.serviceAccountName).toBe('customer-models');
  expect(pod.spec.containers[0].env).toContainEqual({ name: 'FEATURE_STORE_TOKEN', valueFrom: { secretKeyRef: { name: 'feature-store', key: 'token' } } });
});

test('the model is read from MLflow by version, not by alias', () => {
  const [loader] = objectOf(output.manifests, 'Deployment').spec.template.spec.initContainers;

  expect(loader.args[0]).toBe('--model-uri=models:/churn/14');
  expect(loader.env).toContainEqual({ name: 'MLFLOW_TRACKING_URI', value: 'https://mlflow.example.com' });
});
