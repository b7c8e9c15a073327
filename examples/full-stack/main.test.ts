import { ExampleOutput, runExample } from '../../test/support/example';

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
