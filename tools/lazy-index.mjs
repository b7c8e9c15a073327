// An eager index loads cdktf and its providers for everybody who imports one construct. The cloud plane's line of
// `lib/index.js` becomes getters that load it at first use; names, types and the jsii assembly stay as they are.
import { readFileSync, writeFileSync } from 'node:fs';

const index = new URL('../lib/index.js', import.meta.url);
const assembly = JSON.parse(readFileSync(new URL('../.jsii', import.meta.url), 'utf8'));
const source = readFileSync(index, 'utf8');

const lazy = source.replace(/^__exportStar\(require\("(\.\/cloud\/[^"]+)"\), exports\);$/gm, (_, file) => {
  const names = Object.values(assembly.types)
    .filter((type) => type.kind !== 'interface' && `./${type.symbolId.split(':')[0].replace(/^src\//, '')}` === file)
    .map((type) => type.name);
  return names
    .map((name) => `Object.defineProperty(exports, "${name}", { enumerable: true, get: () => require("${file}").${name} });`)
    .join('\n');
});
writeFileSync(index, lazy);
