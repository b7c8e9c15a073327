import { readFileSync } from 'fs';
import { dirname, join } from 'path';
import { Testing } from 'cdk8s';
import { withoutPackage } from '../support/terraform';

const library = join(__dirname, '..', '..', 'lib');

test('without cdktf the library loads, and all that needs no cloud works', () => {
  withoutPackage('cdktf', (mlops) => {
    const registry = mlops.RegistryBucket.fromBucketName(Testing.chart(), 'Registry', 'acme-fraud-registry', { region: 'eu-central-1' });
    const images = mlops.ImageRepository.fromUri(Testing.chart(), 'Images', 'acme.azurecr.io/fraud/server');

    expect(registry.environment).toMatchObject({ AWS_REGION: 'eu-central-1' });
    expect(images.repositoryUri).toBe('acme.azurecr.io/fraud/server');
  });
});

test('a package that is there but broken is not called missing', () => {
  jest.isolateModules(() => {
    jest.doMock('cdktf', () => {
      throw Object.assign(new Error("Cannot find module 'archiver'"), { code: 'MODULE_NOT_FOUND' });
    });
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { cdktf } = require('../../src/cloud/private/packages');

    expect(() => cdktf()).toThrow(new Error("Cannot find module 'archiver'"));
    jest.dontMock('cdktf');
  });
});

test('no declaration that users compile against names cdktf or a provider', () => {
  const declarations = reachableFrom(join(library, 'index.d.ts'));

  const naming = declarations.filter((file) => importsOf(file).some((request) => /^(cdktf|@cdktf\/.*)$/.test(request)));

  expect(declarations).toContain(join(library, 'cloud', 'registry-bucket.d.ts'));
  expect(naming).toEqual([]);
});

function reachableFrom(file: string, seen: string[] = []): string[] {
  if (seen.includes(file)) {return seen;}
  seen.push(file);
  importsOf(file).filter((request) => request.startsWith('.')).forEach((request) => reachableFrom(join(dirname(file), `${request}.d.ts`), seen));
  return seen;
}

function importsOf(declaration: string): string[] {
  return [...readFileSync(declaration, 'utf8').matchAll(/(?:from|import\()\s*['"]([^'"]+)['"]/g)].map((match) => match[1]);
}
