import { existsSync, readFileSync } from 'fs';
import { join } from 'path';
import { gunzipSync } from 'zlib';

/** The parts of a jsii assembly that the rules of the API look at. */
export interface Assembly {
  readonly name: string;
  readonly types: { [fqn: string]: ApiType };
}

export interface Docs {
  readonly summary?: string;
  readonly remarks?: string;
  readonly default?: string;
}

export interface TypeReference {
  readonly fqn?: string;
  readonly primitive?: string;
  readonly collection?: { readonly elementtype: TypeReference };
  readonly union?: { readonly types: TypeReference[] };
  readonly intersection?: { readonly types: TypeReference[] };
}

export interface Parameter {
  readonly name: string;
  readonly type: TypeReference;
  readonly optional?: boolean;
  readonly docs?: Docs;
}

export interface Member {
  readonly name: string;
  readonly docs?: Docs;
  readonly optional?: boolean;
  /** Name of the type that declared the member first; documentation stands there. */
  readonly overrides?: string;
  readonly static?: boolean;
  readonly type?: TypeReference;
  readonly parameters?: Parameter[];
  readonly returns?: { readonly type: TypeReference };
}

export interface ApiType {
  readonly fqn: string;
  readonly name: string;
  readonly kind: string;
  readonly docs?: Docs;
  /** Whether an interface is a struct. */
  readonly datatype?: boolean;
  readonly base?: string;
  readonly interfaces?: string[];
  readonly initializer?: { readonly parameters?: Parameter[] };
  readonly properties?: Member[];
  readonly methods?: Member[];
  readonly members?: Member[];
}

const ROOT = join(__dirname, '..', '..');

/** The assembly of this library, as the last compilation left it. */
export function compiledAssembly(): Assembly {
  if (!existsSync(join(ROOT, '.jsii'))) {
    throw new Error('there is no .jsii to read; run `npm run compile` first');
  }
  return readAssembly(ROOT);
}

/** The assembly of a package that this library builds on. */
export function installedAssembly(packageName: string): Assembly {
  return readAssembly(join(ROOT, 'node_modules', packageName));
}

function readAssembly(folder: string): Assembly {
  const assembly = JSON.parse(readFileSync(join(folder, '.jsii'), 'utf8'));
  return assembly.schema === 'jsii/file-redirect'
    ? JSON.parse(gunzipSync(readFileSync(join(folder, assembly.filename))).toString('utf8'))
    : assembly;
}
