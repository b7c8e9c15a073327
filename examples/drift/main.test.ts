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
  expect(output.artifacts['fraud/report.md']).toMatchSnapshot();
});

test('what the check asks for leaves the pod, in the folder that it reads', () => {
  const { args } = objectOf(output.manifests, 'Deployment').spec.template.spec.initContainers[0];
  const { data } = output.manifests.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.includes('drift'));
  const [features, answers] = ['features.json', 'answers.json'].map((file) => Object.keys(JSON.parse(data[file]).columns));
  const { initContainers, containers } = objectOf(output.manifests, 'CronJob').spec.jobTemplate.spec.template.spec;
  const logged = args.filter((arg: string) => arg.startsWith('--column=')).map((arg: string) => arg.replace('--column=', ''));

  expect(logged).toEqual([...features, ...answers]);
  for (const { args: words } of [...initContainers, ...containers]) {
    expect(words).toContain('--current=s3://acme-models/predictions-log/fraud-detection/');
  }
  expect(args).toContain('--to=s3://acme-models/predictions-log/fraud-detection/');
});

test('the owner is told about drift, and about a check that nobody made', () => {
  const alerts = objectOf(output.manifests, 'PrometheusRule').spec.groups.flatMap(({ rules }: any) => rules).filter(({ alert }: any) => /Drift|Answers/.test(alert));

  expect(alerts.map(({ alert, labels }: any) => [alert, labels.owner])).toEqual([
    ['ModelDrifted', 'risk-ml'], ['AnswersDrifted', 'risk-ml'], ['DriftCheckStale', 'risk-ml'], ['DriftNeverChecked', 'risk-ml'],
    ['AnswersCheckStale', 'risk-ml'], ['AnswersNeverChecked', 'risk-ml'],
  ]);
  expect(alerts[0].annotations.summary).toMatch('report: s3://acme-models/reports/fraud-detection/features/latest.html');
});
