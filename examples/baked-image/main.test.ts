import { ExampleOutput, runExample } from '../../test/support/example';
import { objectOf } from '../../test/support/manifests';

let output: ExampleOutput;

beforeAll(() => {
  output = runExample(__dirname);
});

test('the manifests of the service are these', () => {
  expect(output.manifests).toMatchSnapshot();
});

test('the report says this', () => {
  expect(output.artifacts['ranker/report.md']).toMatchSnapshot();
});

test('one digest says what runs: nothing is loaded or installed at start', () => {
  const pod = objectOf(output.manifests, 'Deployment').spec.template.spec;

  expect(pod.initContainers).toBeUndefined();
  expect(pod.containers.map((container: any) => container.image)).toEqual([
    'registry.example.com/ranker/server@sha256:b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9',
  ]);
});

test('pods go to nodes that have the GPU, and get one each', () => {
  const pod = objectOf(output.manifests, 'Deployment').spec.template.spec;

  expect(pod.containers[0].resources.limits['nvidia.com/gpu']).toBe(1);
  expect(pod.nodeSelector).toEqual({ 'node.kubernetes.io/instance-type': 'g5.xlarge' });
  expect(pod.tolerations).toEqual([{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }]);
});

test('only the search API may call the model', () => {
  const callers = objectOf(output.manifests, 'NetworkPolicy').spec.ingress.filter(({ ports }: any) => ports.length === 1 && ports[0].port === 3000);

  expect(callers.at(-1).from).toEqual([{
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'search-api' } }, podSelector: { matchLabels: { app: 'search-api' } },
  }]);
});
