import { readdirSync } from 'fs';
import { join } from 'path';
import { exampleSource, fixtureSource, Source } from './harness/bundle';

const serviceAccount = (namespace: string, name: string) => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } });

/** What an example says that its reader has already. */
const PREREQUISITES: { [example: string]: any[] } = {
  'bring-your-own': [serviceAccount('customer-models', 'customer-models')],
};

/** Files beside the fixtures that fixtures are made with. */
const HELPERS = ['made-of.ts', 'serving-by-others.ts'];

/** Every app that the cluster is given: all examples, and fixtures for what no example shows. */
export const APPLIED: Source[] = [
  ...readdirSync(join(__dirname, '..', '..', 'examples'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => exampleSource(name, PREREQUISITES[name])),
  ...readdirSync(join(__dirname, 'fixtures'))
    .filter((file) => !HELPERS.includes(file))
    .map((file) => fixtureSource(file.replace(/\.ts$/, ''))),
];
