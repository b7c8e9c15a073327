import { cdk, JsonFile } from 'projen';
import { roomRules } from './rooms';

/** Rules beyond projen's own: small files, and no public shape that jsii would drop in silence. */
export function configureLint(project: cdk.JsiiProject): void {
  const eslint = project.eslint!;
  eslint.addRules({
    'max-lines': ['error', { max: 400 }],
    'max-len': ['error', { code: 150, ignoreUrls: true, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true }],
    'import/no-extraneous-dependencies': ['error', { devDependencies: ['**/test/**', '**/examples/**', '**/bench/**', '**/projenrc/**', '**/src/cloud/**', '.projenrc.ts'] }],
  });
  eslint.addOverride({
    files: ['src/**/*.ts'],
    excludedFiles: ['src/private/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportNamedDeclaration > TSTypeAliasDeclaration', message: 'jsii drops exported type aliases; use an interface, a class or an enum' },
        { selector: 'ExportNamedDeclaration > TSInterfaceDeclaration TSUnionType > TSLiteralType', message: 'jsii turns a union of literals into string; use an enum' },
        { selector: 'MethodDefinition[accessibility!="private"] > TSEmptyBodyFunctionExpression', message: 'jsii keeps only the first overload; give the second a name' },
      ],
    },
  });
  project.addDevDeps('dependency-cruiser@^17');
  new JsonFile(project, '.dependency-cruiser.json', { obj: roomRules(), marker: false });
}
