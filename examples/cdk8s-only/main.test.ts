import { Testing } from 'cdk8s';
import { SentimentChart } from './chart';
import { runExample } from '../../test/support/example';
import { objectOf } from '../../test/support/manifests';

test('the chart is tested as every chart of cdk8s', () => {
  const before = process.cwd();
  process.chdir(__dirname);
  const manifests = Testing.synth(new SentimentChart(Testing.app(), 'sentiment'));
  process.chdir(before);

  expect(manifests).toMatchSnapshot();
  expect(objectOf(manifests, 'Deployment').metadata.namespace).toBe('nlp');
});

test('a plain app writes manifests and nothing beside them', () => {
  const output = runExample(__dirname);

  expect(output.files).toEqual(['sentiment.k8s.yaml']);
  expect(output.artifacts).toEqual({});
});
