// An eager index loads every room for everybody who imports one construct, and cdktf with its providers among them. Each line of `lib/index.js`
// becomes getters that load their file at first use; names, types and the jsii assembly stay as they are.
import { readFileSync, writeFileSync } from 'node:fs';

const index = new URL('../lib/index.js', import.meta.url);
const assembly = JSON.parse(readFileSync(new URL('../.jsii', import.meta.url), 'utf8'));
const source = readFileSync(index, 'utf8');

const all = [];
const lazy = source.replace(/^__exportStar\(require\("(\.\/[^"]+)"\), exports\);$/gm, (_, file) => {
  const names = Object.values(assembly.types)
    .filter((type) => type.kind !== 'interface' && `./${type.symbolId.split(':')[0].replace(/^src\//, '')}` === file)
    .map((type) => type.name);
  all.push(...names);
  return names
    .map((name) => `lazy("${name}", () => require("${file}").${name});`)
    .join('\n');
});
// ES modules learn the names of a CommonJS module from assignments like these, without running it; a getter that they saw would hide its name
const lazyFunction = 'const lazy = (name, get) => Object.defineProperty(exports, name, { enumerable: true, get });\n';
const names = all.map((name) => `exports.${name} = void 0;\n`).join('');
writeFileSync(index, lazy.replace(/^Object\.defineProperty\(exports, "__esModule".*\n/m, (line) => line + names + lazyFunction));
