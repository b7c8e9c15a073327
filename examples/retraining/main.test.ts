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

test('a Job, a workflow and any host train with the same arguments', () => {
  const [, job] = objectOf(output.manifests, 'Job').spec.template.spec.initContainers;
  const { container: step } = objectOf(output.manifests, 'WorkflowTemplate').spec.templates.find(({ name }: any) => name === 'train');

  expect([step.image, step.command]).toEqual([job.image, job.command]);
  expect(output.artifacts['fraud/Training/docker-run.sh'].replace(/ \\\n {2}/g, ' ')).toContain(`${job.image} ${job.command.join(' ')}`);
});

test('nothing but the report of the gate opens the way to users', () => {
  const [{ dag: { tasks } }] = objectOf(output.manifests, 'WorkflowTemplate').spec.templates;
  const reports = tasks.filter(({ template }: any) => ['challenge', 'promote'].includes(template))
    .map(({ arguments: { artifacts } }: any) => artifacts.map(({ from }: any) => from));

  expect(reports).toEqual(Array(3).fill(['{{tasks.evaluate.outputs.artifacts.gate-report}}']));
});

test('drift starts this pipeline', () => {
  const settings = output.manifests.find(({ kind, data }) => kind === 'ConfigMap' && data['retrain-0.json']).data['retrain-0.json'];

  expect(JSON.parse(settings).trigger.manifest.spec.workflowTemplateRef.name).toBe(objectOf(output.manifests, 'WorkflowTemplate').metadata.name);
});
