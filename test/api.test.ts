import * as library from '../src';
import { Api } from './support/api';
import { API_RULES } from './support/api-rules';
import { compiledAssembly, installedAssembly } from './support/assembly';

/** What jsii tells other languages about this library, judged by the rules of `support/api-rules.ts`. */
const assembly = compiledAssembly();
const api = new Api(assembly, ['constructs', 'cdk8s', 'cdk8s-plus-28'].map(installedAssembly));

test.each(Object.values(API_RULES).map((rule) => [rule.holds, rule] as const))('%s', (_holds, rule) => {
  expect(rule.violations(api)).toEqual([]);
});

test('what the index exports is what other languages get: exported functions and constants would exist in TypeScript only', () => {
  const inAssembly = api.types.filter(({ kind }) => kind !== 'interface').map(({ name }) => name);

  expect(Object.keys(library).sort()).toEqual(inAssembly.sort());
});
