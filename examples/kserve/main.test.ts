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
  expect(['fraud', 'fraud-knative', 'fraud-batch'].map((name) => output.artifacts[`${name}/report.md`])).toMatchSnapshot();
});

test('two versions stand beside each other, and the new one gets nothing yet', () => {
  const services = inNamespace('fraud-kserve').filter(({ kind }) => kind === 'InferenceService');
  const [{ route }] = objectOf(inNamespace('fraud-kserve'), 'VirtualService').spec.http;

  expect(services.map(({ metadata }) => metadata.labels['app.kubernetes.io/version'])).toEqual(['v2.1.0', 'v2.2.0']);
  expect(route.map(({ destination, weight }: any) => [destination.host, weight])).toEqual([['fraud-detection', 100], ['fraud-detection-challenger', 0]]);
});

test('Knative gives the new revision a twentieth, and needs no flag', () => {
  const { metadata, spec } = objectOf(inNamespace('fraud-knative'), 'Service');

  expect(spec.traffic.map(({ tag, percent }: any) => [tag, percent])).toEqual([['challenger', 5], ['champion', 95]]);
  expect(metadata.annotations['cdk8s-mlops.io/knative-features']).toBeUndefined();
});

test('predictions of a version go to a place of their own', () => {
  const [{ args }] = objectOf(inNamespace('fraud-batch'), 'CronJob').spec.jobTemplate.spec.template.spec.containers;

  expect(args).toContain('--output=s3://example-warehouse/predictions/fraud-detection/v2.1.0/');
});
