import { cdk, JsonFile } from 'projen';
import { roomRules } from './rooms';

/** What jsii drops or bends without a word. Unions of types and functions that the index exports are seen by `test/api.test.ts`. */
const SILENT_IN_JSII = [
  { selector: 'ExportNamedDeclaration > TSTypeAliasDeclaration', message: 'jsii drops exported type aliases; use an interface, a class or an enum' },
  {
    selector: [
      'ExportNamedDeclaration > TSInterfaceDeclaration TSUnionType > TSLiteralType',
      'ExportNamedDeclaration > ClassDeclaration > ClassBody > PropertyDefinition[accessibility!="private"] > TSTypeAnnotation TSUnionType > TSLiteralType',
      'MethodDefinition[accessibility!="private"] > FunctionExpression > .params TSUnionType > TSLiteralType',
      'MethodDefinition[accessibility!="private"] > FunctionExpression > .returnType TSUnionType > TSLiteralType',
      'TSAbstractMethodDefinition TSUnionType > TSLiteralType',
    ].join(', '),
    message: 'jsii turns a union of literals into string; use an enum',
  },
  {
    selector: 'MethodDefinition[accessibility!="private"] > TSEmptyBodyFunctionExpression',
    message: 'jsii keeps only the first overload; give the second a name',
  },
  {
    selector: 'ExportNamedDeclaration > TSEnumDeclaration TSEnumMember:not([initializer.type="Literal"]), TSEnumMember > Literal.initializer[raw=/^[^\'"]/]',
    message: 'a member of an enum has a string value, so that it can be read where it is printed',
  },
];

/** Rules beyond projen's own: small files, one way to import, and no public shape that jsii would drop in silence. */
export function configureLint(project: cdk.JsiiProject): void {
  const eslint = project.eslint!;
  eslint.addRules({
    'max-lines': ['error', { max: 400 }],
    '@stylistic/max-len': ['error', { code: 150, ignoreUrls: true, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true }],
    'import/no-default-export': ['error'],
    'import/no-extraneous-dependencies': ['error', { devDependencies: ['**/test/**', '**/examples/**', '**/bench/**', '**/projenrc/**', '**/src/cloud/**', '.projenrc.ts'] }],
  });
  eslint.addOverride({
    files: ['src/**/*.ts'],
    excludedFiles: ['src/private/**'],
    rules: { 'no-restricted-syntax': ['error', ...SILENT_IN_JSII] },
  });
  project.addDevDeps('dependency-cruiser@^17');
  new JsonFile(project, '.dependency-cruiser.json', { obj: roomRules(), marker: false });
}
