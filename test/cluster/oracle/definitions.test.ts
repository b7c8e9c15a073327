import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { definitionsText } from './definitions';
import { build } from '../harness/build';

const FILE = join(__dirname, '..', '..', '..', 'src', 'private', 'controllers', 'definitions', 'definitions.generated.ts');

test('what the library knows of kinds is what their definitions say', async () => {
  const { definitions } = await build({ log: () => {} });
  const text = definitionsText(definitions);
  if (process.env.WRITE_DEFINITIONS) {
    writeFileSync(FILE, text);
  }

  expect(readFileSync(FILE, 'utf8') === text || 'run `WRITE_DEFINITIONS=1 npm run test:cluster -- definitions` and read the difference').toBe(true);
});
