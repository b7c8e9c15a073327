import { ExampleOutput, runExample } from '../../test/support/example';
import { objectOf } from '../../test/support/manifests';

let output: ExampleOutput;

beforeAll(() => {
  output = runExample(__dirname);
});

test('the manifests are these', () => {
  expect(output.manifests).toMatchSnapshot();
});

test('the report says this', () => {
  expect(output.artifacts['fraud/report.md']).toMatchSnapshot();
});

const trainingTemplates = (): any[] => output.manifests.find(({ kind, metadata }) => kind === 'WorkflowTemplate' && metadata.name.endsWith('-training')).spec.templates;

test('server, training and evaluation are one image, so that a payment is read in one way', () => {
  const { containers } = objectOf(output.manifests, 'Rollout').spec.template.spec;
  const templates = trainingTemplates();
  const imageOf = (name: string) => templates.find((each: any) => each.name === name).container.image;

  expect(new Set([containers[0].image, ...['validate-data', 'train', 'test-model', 'evaluate'].map(imageOf)]).size).toBe(1);
});

test('drift starts the training, and a person is asked about a new architecture only', () => {
  const drift = output.manifests.find(({ kind, metadata }) => kind === 'CronJob' && metadata.name.includes('drift'));

  expect(drift.spec.jobTemplate.spec.template.spec.containers.map(({ name }: any) => name)).toContain('retrain-0');
  expect(trainingTemplates().filter((each) => each.suspend !== undefined).map(({ name }) => name)).toEqual(['approve']);
});
