import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { parseAllDocuments } from 'yaml';

/** Kinds whose definitions the library knows: those that it makes and that a controller judges. */
const KINDS = [
  'argoproj.io/Rollout', 'argoproj.io/AnalysisTemplate', 'argoproj.io/ClusterAnalysisTemplate',
  'networking.istio.io/VirtualService', 'networking.istio.io/DestinationRule', 'networking.istio.io/Gateway', 'networking.istio.io/Sidecar',
  'security.istio.io/PeerAuthentication', 'security.istio.io/AuthorizationPolicy', 'security.istio.io/RequestAuthentication',
  'telemetry.istio.io/Telemetry',
];

/** What decides whether a value is accepted; descriptions, defaults and rules in CEL do not. */
const KEPT = [
  'type', 'format', 'properties', 'items', 'additionalProperties', 'required', 'enum', 'minimum', 'maximum', 'pattern',
  'minItems', 'maxItems', 'minLength', 'maxLength', 'oneOf', 'anyOf', 'not', 'x-kubernetes-int-or-string', 'x-kubernetes-preserve-unknown-fields',
];

/** What repeats is written once, from this length on. */
const WORTH_SHARING = 120;

/** The generated file, from a folder of CustomResourceDefinitions. */
export function definitionsText(folder: string): string {
  const schemas = readSchemas(folder);
  const counts = new Map<string, number>();
  Object.values(schemas).forEach((schema) => count(schema, counts));
  const shared = new Map<string, number>();
  const lines: string[] = [];
  const kinds = Object.entries(schemas).map(([kind, schema]) => `${JSON.stringify(kind)}:${JSON.stringify(share(schema, counts, shared, lines))}`);
  const json = `{"kinds":{\n${kinds.join(',\n')}\n},"shared":[\n${lines.join(',\n')}\n]}`;
  return [
    '// Written from the definitions of the kinds; CONTRIBUTING.md says how. Do not edit.',
    '/** Schemas of kinds, as JSON; a number stands for one that is shared. */',
    `export const DEFINITIONS = String.raw\`${json.replace(/`/g, '\\u0060').replace(/\$\{/g, '\\u0024{')}\`;\n`,
  ].join('\n');
}

function readSchemas(folder: string): { [kind: string]: any } {
  const definitions = readdirSync(folder).filter((file) => file.endsWith('.yaml')).sort()
    .flatMap((file) => parseAllDocuments(readFileSync(join(folder, file), 'utf8')).map((document) => document.toJS()))
    .filter((definition) => definition?.kind === 'CustomResourceDefinition');
  const byKind = new Map(definitions.map(({ spec }) => [`${spec.group}/${spec.names.kind}`, spec]));
  return Object.fromEntries(KINDS.map((kind) => {
    const versions: any[] = byKind.get(kind)?.versions.filter(({ served }: any) => served) ?? [];
    const version = versions.find(({ name }) => name === 'v1') ?? versions.find(({ storage }) => storage);
    if (!version) {throw new Error(`there is no definition of ${kind} in ${folder}`);}
    const { apiVersion, kind: _, metadata, ...properties } = version.schema.openAPIV3Schema.properties;
    return [kind, strip({ ...version.schema.openAPIV3Schema, properties })];
  }));
}

function strip(schema: any): any {
  if (Array.isArray(schema)) {return schema.map(strip);}
  if (typeof schema !== 'object' || schema === null) {return schema;}
  return Object.fromEntries(Object.entries(schema).filter(([key]) => KEPT.includes(key)).map(([key, value]) => [
    key, key === 'properties' ? Object.fromEntries(Object.entries(value as object).map(([name, property]) => [name, strip(property)])) : strip(value),
  ]));
}

function count(schema: any, counts: Map<string, number>): void {
  if (typeof schema !== 'object' || schema === null) {return;}
  const text = JSON.stringify(schema);
  counts.set(text, (counts.get(text) ?? 0) + 1);
  if (counts.get(text) === 1) {
    Object.values(schema).forEach((value) => count(value, counts));
  }
}

function share(schema: any, counts: Map<string, number>, shared: Map<string, number>, lines: string[], isSchema = true): any {
  if (typeof schema !== 'object' || schema === null) {return schema;}
  const text = JSON.stringify(schema);
  if (shared.has(text)) {return shared.get(text);}
  const inner = Array.isArray(schema)
    ? schema.map((item) => share(item, counts, shared, lines))
    : Object.fromEntries(Object.entries(schema)
      .map(([key, value]) => [key, share(value, counts, shared, lines, isSchema ? isOneSchema(key) : true)]));
  if (!isSchema || Array.isArray(schema) || text.length < WORTH_SHARING || counts.get(text) === 1) {return inner;}
  shared.set(text, lines.length);
  lines.push(JSON.stringify(inner));
  return shared.get(text);
}

function isOneSchema(key: string): boolean {
  return ['items', 'additionalProperties', 'not'].includes(key);
}
