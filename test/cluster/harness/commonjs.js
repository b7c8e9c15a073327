// Jest loads CommonJS; packages that are ES modules only are rewritten.
const ts = require('typescript');

module.exports = {
  process: (source, fileName) => ({
    code: ts.transpileModule(source, {
      fileName: fileName.replace(/\.js$/, '.ts'),
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true, inlineSourceMap: true },
    }).outputText,
  }),
};
