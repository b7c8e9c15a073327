import { isDnsLabel, isLabelKey, isLabelValue, isSubdomain } from '../../src/private/kubernetes-names';

test.each(['', 'a', 'v2.1.0', 'A_b-C.1', 'a'.repeat(63)])("'%s' is a label value", (value) => {
  expect(isLabelValue(value)).toBe(true);
});

test.each(['-a', 'a-', 'a b', 'ä', 'a/b', 'a\n', 'a'.repeat(64)])("'%s' is no label value", (value) => {
  expect(isLabelValue(value)).toBe(false);
});

test.each(['team', 'Team_1.x', 'example.com/team', `${'a'.repeat(63)}.com/x`])("'%s' is a label key", (key) => {
  expect(isLabelKey(key)).toBe(true);
});

test.each(['', '/team', 'example.com/', 'Example.com/team', 'a/b/c', 'a'.repeat(64), `${'a.'.repeat(127)}/x`])("'%s' is no label key", (key) => {
  expect(isLabelKey(key)).toBe(false);
});

test('namespaces have no dots and objects have', () => {
  expect([isDnsLabel('ml-prod'), isDnsLabel('ml.prod'), isDnsLabel('a'.repeat(64))]).toEqual([true, false, false]);
  expect([isSubdomain('ml.prod'), isSubdomain('ml..prod'), isSubdomain('a'.repeat(254))]).toEqual([true, false, false]);
});
