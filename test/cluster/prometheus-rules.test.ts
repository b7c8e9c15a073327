import { stringify } from 'yaml';
import { APPLIED } from './applied';
import { bundleOf } from './harness/bundle';
import { describeObject } from './harness/describe';
import { promtool } from './harness/promtool';

const rules = APPLIED.flatMap((source) => bundleOf(source).objects
  .filter(({ manifest }) => manifest.kind === 'PrometheusRule')
  .map((object): [string, typeof object] => [`${source.name}, ${object.path}`, object]));

test.each(rules)('promtool accepts the rules of %s', (_name, object) => {
  const words = promtool(['check', 'rules', '--lint=all', '--lint-fatal'], stringify(object.manifest.spec));

  expect(words === '' ? '' : describeObject(object, words)).toBe('');
});
