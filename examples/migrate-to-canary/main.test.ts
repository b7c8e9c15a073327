import { ExampleOutput, runExample } from '../../test/support/example';

let before: ExampleOutput;
let after: ExampleOutput;

beforeAll(() => {
  process.env.STRATEGY = 'rolling-update';
  before = runExample(__dirname);
  delete process.env.STRATEGY;
  after = runExample(__dirname);
});

const find = ({ manifests }: ExampleOutput, kind: string, name?: string) =>
  manifests.find((manifest) => manifest.kind === kind && (name === undefined || manifest.metadata.name === name));

test('the manifests after the move are these', () => {
  expect(after.manifests).toMatchSnapshot();
});

test('the report after the move says this', () => {
  expect(after.artifacts['fraud/report.md']).toMatchSnapshot();
});

test.each(['Service', 'NetworkPolicy', 'PodDisruptionBudget', 'PodMonitor'])('the %s is the same before and after', (kind) => {
  const name = kind === 'Service' ? 'fraud-detection' : undefined;

  expect(find(after, kind, name)).toEqual(find(before, kind, name));
});

test('the pods are the same before and after, so both answer while one takes over from the other', () => {
  const [old, next] = [find(before, 'Deployment').spec.template, find(after, 'Rollout').spec.template];
  const { 'cdk8s.io/metadata.addr': _, ...labels } = old.metadata.labels;

  expect(next.metadata.labels).toMatchObject(labels);
  expect(next.spec.containers.map(({ image }: any) => image)).toEqual(old.spec.containers.map(({ image }: any) => image));
});
