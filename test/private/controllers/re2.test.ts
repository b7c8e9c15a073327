import { isRe2 } from '../../../src/private/controllers/re2';

// what regexp.Compile of Go 1.26 answers
test.each([
  '', 'fraud', '.*', 'v[12]+', '^/v1/(?:a|b){2,3}$', '(?i)fraud', '(?i:fraud)(?-s).', '(?P<a>x)(?P<b>y)', '(?<a>x)', '(?P<a>x)(?P<a>y)', '(?)a', 'a*?b+?c??', 'a{2}?', '{', 'a{', 'a{,2}', 'a{x}', '(a{10}){100}', 'a|', '|', '()', '(|a)*',
  '[]a]', '[^]a]', '[a-]', '[-a]', '[a-z-9]', '[[:alpha:]_]', '[[:^digit:]]', '[\\d\\-\\]]', '[\\pL\\p{Greek}]', '[[:a]', '\\p{Lu}\\P{^Latin}', '\\d\\D\\s\\S\\w\\W', '\\A\\b\\B\\z', '\\x41\\x{10FFFF}', '\\101\\0', '\\.\\_', '\\Qa(b\\E+', '\\Qa(', '\\a\\f\\t\\n\\r\\v',
  'a(?i)*', '^*', 'ä+', ']', '}',
])('%s is one', (expression) => {
  expect(isRe2(expression)).toBe(true);
});

test.each([
  '(?!a)', '(?=a)', '(?<=a)b', '(?<!a)b', '(?>a)', '(?#a)', '(?P=a)', '(?P<>x)', '(?P<a-b>x)', '(?i', '(?-)', '(?', '(a', 'a)', '(', ')', '*', '+a', '?', '(*a)', '|*', 'a**', 'a*+', 'a{2}{3}', 'a{2}*',
  'a{1001}', 'a{3,2}', '(a{100}){11}', '((a{10}){10}){11}', '[', '[a', '[]', '[^]', '[z-a]', '[[:nobody:]]', '[\\b]', '[\\Q]', '\\', '\\1', '(a)\\1', '\\8', '\\y', '\\Z', '\\G', '\\xZ1', '\\x{110000}', '\\x{}', '\\p', '\\p{Nobody}', '\\pX', '\\ä',
])('%s is none', (expression) => {
  expect(isRe2(expression)).toBe(false);
});
