import { cloudExamples } from './harness/stacks';
import { describeStacks } from './harness/suite';

const examples = cloudExamples();

test('there are examples with a cloud plane', () => {
  expect(examples.map(({ name }) => name)).toContain('minimum-viable');
});

examples.forEach(({ name, stacks }) => describeStacks(name, stacks));
