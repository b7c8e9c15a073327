import { execFileSync } from 'child_process';
import { join } from 'path';
import { compiledAssembly } from './support/assembly';

/** The compiled index as users load it: in a process of its own, with what npm gave them. */
const root = join(__dirname, '..');

/** Answers as JSON; packages that begin with a blocked name are not found, as if nobody had installed them. */
function inNode(program: string, blocked: string[] = []): any {
  const block = `
    const Module = require('module');
    const resolve = Module._resolveFilename;
    Module._resolveFilename = function (request, ...rest) {
      if (${JSON.stringify(blocked)}.some((name) => request === name || request.startsWith(name + '/'))) {
        throw Object.assign(new Error("Cannot find module '" + request + "'"), { code: 'MODULE_NOT_FOUND' });
      }
      return resolve.call(this, request, ...rest);
    };
    const loaded = (text) => Object.keys(require.cache).filter((file) => file.includes(text));
  `;
  return JSON.parse(execFileSync(process.execPath, ['-e', `${block}; console.log(JSON.stringify((() => { ${program} })()))`], {
    cwd: root, encoding: 'utf8',
  }));
}

test('the index has every class and enum of the assembly, those of the cloud plane too', () => {
  const expected = Object.values(compiledAssembly().types).filter(({ kind }) => kind !== 'interface').map(({ name }) => name);

  expect(inNode("return Object.keys(require('./lib')).sort()")).toEqual(expected.sort());
});

test('every name leads to what it says', () => {
  expect(inNode("const library = require('./lib'); return Object.keys(library).filter((name) => library[name] === undefined)")).toEqual([]);
});

test('an ES module imports every name', () => {
  const expected = inNode("return Object.keys(require('./lib')).sort()");
  const program = "import * as library from './lib/index.js'; console.log(JSON.stringify(Object.keys(library).sort()))";
  const names = JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', program], { cwd: root, encoding: 'utf8' }));

  expect(names.filter((name: string) => name !== 'default' && name !== '__esModule')).toEqual(expected);
});

test('loading the index loads nothing of the cloud plane', () => {
  expect(inNode("require('./lib'); return [...loaded('/lib/cloud/'), ...loaded('cdktf')]")).toEqual([]);
});

test('who has neither cdktf nor its providers can use everything else', () => {
  const program = `
    const { App, Chart } = require('cdk8s');
    const { MlopsApp, ImageRef } = require('./lib');
    new Chart(new MlopsApp(), 'chart');
    new Chart(new App(), 'chart');
    return ImageRef.unpinned('registry.example.com/fraud/server:1.4').uri;
  `;

  expect(inNode(program, ['cdktf', '@cdktf'])).toBe('registry.example.com/fraud/server:1.4');
});
