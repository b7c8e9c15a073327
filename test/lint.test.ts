import { join } from 'path';
import { LegacyESLint } from 'eslint/use-at-your-own-risk';

/** The rules that this repository adds to projen's are shown what they refuse, under the committed configuration. */
const linter = new LegacyESLint({
  cwd: join(__dirname, '..'),
  // These files exist in memory only, where the rules that ask the type checker cannot look.
  overrideConfig: {
    parserOptions: { projectService: false },
    rules: { '@typescript-eslint/no-floating-promises': 'off', '@typescript-eslint/return-await': 'off' },
  },
});

async function complaints(source: string, filePath = 'src/serving/example.ts'): Promise<string[]> {
  const [{ messages }] = await linter.lintText(`${source}\n`, { filePath });
  return messages.map(({ ruleId, message }) => `${ruleId}: ${message}`);
}

const ALIAS = 'no-restricted-syntax: jsii drops exported type aliases; use an interface, a class or an enum';
const LITERALS = 'no-restricted-syntax: jsii turns a union of literals into string; use an enum';
const OVERLOAD = 'no-restricted-syntax: jsii keeps only the first overload; give the second a name';
const ENUM = 'no-restricted-syntax: a member of an enum has a string value, so that it can be read where it is printed';

test.each([
  ['an exported type alias', 'export type Mode = string;', [ALIAS]],
  ['a union of literals in a struct', "export interface A {\n  readonly mode?: 'a' | 'b';\n}", [LITERALS, LITERALS]],
  ['a union of literals in a field', "export class A {\n  public readonly mode: 'a' | 'b' = 'a';\n}", [LITERALS, LITERALS]],
  ['a union of literals in a parameter', "export class A {\n  public open(mode: 'a' | 'b') {\n    return mode;\n  }\n}", [LITERALS, LITERALS]],
  ['a union of literals in a result', "export class A {\n  public open(): 'a' | 'b' {\n    return 'a';\n  }\n}", [LITERALS, LITERALS]],
  ['a union of literals in a constructor', "export class A {\n  public constructor(public readonly mode: 'a' | 'b') {}\n}", [LITERALS, LITERALS]],
  ['a union of literals in an abstract method', "export abstract class A {\n  public abstract open(mode: 'a' | 'b'): void;\n}", [LITERALS, LITERALS]],
  ['an overload', 'export class A {\n  public open(a: string): void;\n  public open(a: any) {\n    return a;\n  }\n}', [OVERLOAD]],
  ['an enum without values', 'export enum A {\n  OPEN,\n}', [ENUM]],
  ['an enum with numbers', 'export enum A {\n  OPEN = 1,\n}', [ENUM]],
  ['a default export', 'export default class {}', ['import/no-default-export: Prefer named exports.']],
  ['a file that is too long', Array.from({ length: 401 }, (_, i) => `export const a${i} = 1;`).join('\n'), [
    'max-lines: File has too many lines (401). Maximum allowed is 400.',
  ]],
  ['a line that is too long', `export const a = ${'1 + '.repeat(40)}1;`, [
    '@stylistic/max-len: This line has a length of 179. Maximum allowed is 150.',
  ]],
])('%s is refused', async (_what, source, expected) => {
  expect(await complaints(source)).toEqual(expected);
});

test.each([
  ['a public function beside a class, with casts and unions inside', "export class A {\n  public open(): string {\n    const mode = 'a' as 'a' | 'b';\n    return mode;\n  }\n}"],
  ['a private union', "export class A {\n  private mode: 'a' | 'b' = 'a';\n}"],
  ['an enum with strings', "export enum A {\n  OPEN = 'open',\n}"],
  ['an abstract method', 'export abstract class A {\n  public abstract open(): string;\n}'],
  ['a type alias that stays in its file', 'type Mode = string;\nexport const mode: Mode = \'a\';'],
])('%s is accepted', async (_what, source) => {
  expect(await complaints(source)).toEqual([]);
});

test('src/private is no API, so that types and unions may be exported there', async () => {
  expect(await complaints("export type Mode = 'a' | 'b';", 'src/private/example.ts')).toEqual([]);
});

test('cdktf may be imported in the cloud plane only, because users do not install it', async () => {
  const source = "import { TerraformStack } from 'cdktf';\n\nexport const stack = TerraformStack;";

  expect(await complaints(source, 'src/cloud/example.ts')).toEqual([]);
  expect(await complaints(source)).toEqual([
    "import/no-extraneous-dependencies: 'cdktf' should be listed in the project's dependencies, not devDependencies.",
  ]);
});
