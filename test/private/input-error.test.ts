import { Testing } from 'cdk8s';
import { InputError, InputProblems } from '../../src/private/input-error';

test('no problem, no error', () => {
  const problems = new InputProblems();

  problems.attempt(() => undefined);

  expect(() => problems.throwAll()).not.toThrow();
  expect(() => problems.throwAt(Testing.chart(), 'Serving')).not.toThrow();
});

test('the problems of a value come one per line under the path of the construct', () => {
  const value = new InputProblems();
  value.add('a/one', 'one is wrong');
  value.add('a/two', 'two is wrong');
  const construct = new InputProblems();
  construct.attempt(() => value.throwAll());
  construct.attempt(() => {
    throw new InputError('a/three', 'three is wrong');
  });

  expect(() => construct.throwAt(Testing.chart(), 'Serving')).toThrow(expect.objectContaining({
    name: 'InputError',
    errorIds: ['a/one', 'a/two', 'a/three'],
    message: '[test/Serving] one is wrong (a/one)\n[test/Serving] two is wrong (a/two)\n[test/Serving] three is wrong (a/three)',
  }));
});

test('an error that is nobody\'s input passes through', () => {
  expect(() => new InputProblems().attempt(() => {
    throw new TypeError('a bug');
  })).toThrow(new TypeError('a bug'));
});
