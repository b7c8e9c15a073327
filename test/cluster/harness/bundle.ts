import { join } from 'path';
import { parse } from 'yaml';
import { IgnoredFields } from './ignored-fields';
import { ExampleOutput, runIn } from '../../support/example';

/** One object as it was written, and the construct that made it. */
export interface Emitted {
  readonly manifest: any;
  /** Path in the tree of constructs. */
  readonly path: string;
}

/** What one app wrote. */
export interface Bundle {
  readonly objects: Emitted[];
  /** Factories of the library that were called for it, such as `ModelServer.mlserver`. */
  readonly factories: string[];
  /** Whether Argo CD applies it; people or their CI do otherwise. */
  readonly isSynced: boolean;
  /** Fields that controllers own, as the app tells Argo CD. */
  readonly ignored: IgnoredFields[];
  /** Files beside the manifests, by path. */
  readonly artifacts: { [path: string]: string };
}

/** An app that is applied as a whole. */
export interface Source {
  readonly name: string;
  /** Folder that it runs in. */
  readonly folder: string;
  /** Module that makes the app and calls `synth()`. */
  readonly main: string;
  /** What the app expects to be there already. */
  readonly prerequisites: any[];
}

/** An example, run as its reader would. */
export function exampleSource(name: string, prerequisites: any[] = []): Source {
  const folder = join(ROOT, 'examples', name);
  return { name: `example ${name}`, folder, main: join(folder, 'main.ts'), prerequisites };
}

/** A fixture: an app for what no example shows. */
export function fixtureSource(name: string): Source {
  return { name: `fixture ${name}`, folder: ROOT, main: join(ROOT, 'test', 'cluster', 'fixtures', `${name}.ts`), prerequisites: [] };
}

/** Runs an app and looks at the files that it wrote. */
export function bundleOf({ folder, main }: Source): Bundle {
  const called = new Set<string>();
  const paths = new Map<string, string>();
  let output: ExampleOutput = { manifests: [], artifacts: {}, files: [] };
  jest.isolateModules(() => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    observeFactories(require('../../../src'), called);
    observeObjects(paths);
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    output = runIn(folder, () => require(main));
  });
  const objects = output.manifests.filter((manifest) => manifest).map((manifest) => ({ manifest, path: paths.get(keyOf(manifest)) ?? 'unknown' }));
  const applications = Object.entries(output.artifacts).filter(([path]) => path.endsWith('/argocd-application.yaml'));
  const ignored = applications.flatMap(([, content]) => parse(content).spec.ignoreDifferences);
  return { objects, factories: [...called].sort(), isSynced: applications.length > 0, ignored, artifacts: output.artifacts };
}

/** Every static function of the library that makes a value, by name. */
export function factoriesOf(library: { [name: string]: any }): string[] {
  return Object.keys(library).flatMap((name) => factoryNames(library[name]).map((factory) => `${name}.${factory}`)).sort();
}

function factoryNames(type: any): string[] {
  if (typeof type !== 'function') {return [];}
  return Object.getOwnPropertyNames(type).filter((name) => typeof type[name] === 'function' && !name.startsWith('_') && name !== 'prototype');
}

function observeFactories(library: { [name: string]: any }, called: Set<string>): void {
  for (const name of Object.keys(library)) {
    for (const factory of factoryNames(library[name])) {
      const original = library[name][factory];
      library[name][factory] = function observed(this: unknown, ...args: unknown[]) {
        called.add(`${name}.${factory}`);
        return original.apply(this, args);
      };
    }
  }
}

/** Remembers which construct an object comes from when an app is written. */
function observeObjects(paths: Map<string, string>): void {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { ApiObject } = require('cdk8s');
  const toJson = ApiObject.prototype.toJson;
  ApiObject.prototype.toJson = function observed() {
    const manifest = toJson.call(this);
    paths.set(keyOf(manifest), this.node.path);
    return manifest;
  };
}

function keyOf({ apiVersion, kind, metadata }: any): string {
  return [apiVersion, kind, metadata?.namespace, metadata?.name].join('|');
}

const ROOT = join(__dirname, '..', '..', '..');
