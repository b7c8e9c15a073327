import { Yaml } from 'cdk8s';
import * as fc from 'fast-check';
import { toYaml } from '../../../src/core/app/manifest-yaml';

const awkward = [
  '', 'y', 'N', 'yes', 'No', 'ON', 'off', 'true', 'False', 'null', 'Null', 'nullable', '~', '<<', '=',
  '0', '00', '-0', '+1', '1_000', '0755', '0o7', '0x1f', '0b1', '1e3', '1e', 'e3', 'E10', '.5', '5.', '.inf', '-.INF', '.nan', 'inf', 'nan',
  '1:20', '1:20.5', '12:30:45', '2001-12-14', '2001-12-14t21:59:43.10-05:00', '2001-12-14 21:59:43Z', '500m', '9f86d0', '1e5f', 'e5', 'e+0', 'E-1', 'e+', 'e-a', '0b1g', '10.0.0.1',
  'a:', ':a', 'a: b', 'a:b', 'a :b', 'a #b', 'a#b', '#a', '- a', '-', '-a', '--- a', '---', '...', '....', '%a', '&a', '*a', '!a', '|', '>', "'", '"', '@a', '`a', '?', '? a',
  '[a]', '{a}', 'a,b', ',a', 'a ', ' a', '\ta', 'a\t', '\t', '\u0000', '\u0007', '\u0085', '\u00a0', '\u2028', 'a\u2028---', '\ud800', '\ufeff', 'ü', '😀',
  '\n', '\n\n', 'a\n', '\na', 'a\n\n', 'a\nb', 'a\n\nb\n', 'a \nb', 'a\n b', ' a\nb', 'a\n---\nb', 'a\n%b', 'a\n ', 'a\n\t', 'a\r\nb', '# a\nb', 'a\nü', '{{ a }}\n',
  'x'.repeat(2000), `a ${'b '.repeat(100)}c`, '\u0001'.repeat(150), 'k'.repeat(150), 'k'.repeat(151),
];

test.each(awkward.map((text) => [JSON.stringify(text).slice(0, 40), text]))('%s reads the same from the library, as a value, an item and a key', (_name, text) => {
  for (const manifest of [{ a: text }, { a: { b: [text, { c: text }] } }, [text, [text]], { [text]: 1 }, { a: { [text]: { [text]: [1] } } }, text]) {
    expect(toYaml(manifest)).toBe(Yaml.stringify(manifest));
  }
});

test.each([
  ['null', { a: null }], ['undefined', { a: undefined }], ['null in a list', { a: [null, undefined] }], ['an empty list', []], ['an empty map', {}],
  ['empty collections', { a: [], b: {}, c: [[], {}] }], ['a list in a list', [[1, [2, 3]], [{ a: 1, b: [4] }]]], ['zero', { a: -0, b: 0 }],
  ['numbers', { a: 1.5, b: 1e21, c: -1e-7, d: NaN, e: Infinity, f: -Infinity, g: Number.MAX_SAFE_INTEGER }], ['a date', { a: new Date(0) }],
  ['a map', { a: new Map([['b', 1]]) }], ['a set', { a: new Set([1]) }], ['bytes', { a: Buffer.from('a') }], ['a string object', { a: Object('b') }],
  ['an object without prototype', Object.assign(Object.create(null), { a: 1 })], ['an object that renders itself', { a: { toJSON: () => 'b' } }],
  ['a big integer', { a: BigInt(5) }], ['a list with holes', { a: Object.assign([], { 2: 'b' }) }], ['numbers as keys', { b: 1, 10: 2, 9: 3 }],
])('%s reads the same from the library', (_name, manifest) => {
  expect(toYaml(manifest)).toBe(Yaml.stringify(manifest));
});

test('an object that stands in two places becomes an alias', () => {
  const shared = { a: 1 };

  expect(toYaml({ first: shared, second: shared })).toBe('first: &a1\n  a: 1\nsecond: *a1\n');
});

test('what the library writes for any value is written', () => {
  const text = fc.oneof(
    fc.constantFrom(...awkward),
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('\n', ' ', '\t', '-', ':', '#', 'a', '%', '.', '0', '|') }),
    fc.string({ unit: fc.constantFrom('0', '1', '9', '.', '_', ':', '-', '+', 'e', 'E', 'x', 'b', 'a', 'f', 't', 'z') }),
  );
  const { manifest } = fc.letrec((tie) => ({
    manifest: fc.oneof({ maxDepth: 4 }, tie('list'), tie('map')),
    value: fc.oneof({ maxDepth: 4, depthIdentifier: 'value' }, text, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.boolean(), tie('list'), tie('map')),
    list: fc.array(tie('value'), { maxLength: 4 }),
    map: fc.dictionary(text, tie('value'), { maxKeys: 4 }),
  }));

  fc.assert(fc.property(manifest, (value) => {
    expect(toYaml(value)).toBe(Yaml.stringify(value));
  }), { numRuns: 3000 });
});
