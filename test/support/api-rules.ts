import { Api, membersOf, partsOf } from './api';
import { ApiType, Parameter } from './assembly';

/** A rule of the public API: a sentence that holds, and the places where it does not. */
export interface ApiRule {
  readonly holds: string;
  readonly violations: (api: Api) => string[];
}

const PACKAGES = ['cdk8s', 'cdk8s-plus-28', 'constructs'];
const BASES = ['constructs.Construct', 'cdk8s.Chart', 'cdk8s.App', 'cdk8s-plus-28.Workload'];

export const API_RULES: { [name: string]: ApiRule } = {
  summaries: {
    holds: 'every type and every member has a summary; an override inherits it',
    violations: (api) => api.types.flatMap((type) => [
      ...(type.docs?.summary ? [] : [type.name]),
      ...membersOf(type).filter((member) => !member.docs?.summary && !member.overrides).map((member) => `${type.name}.${member.name}`),
    ]),
  },
  wholeSummaries: {
    holds: 'a summary is a sentence: jsii cuts it at the first semicolon',
    violations: (api) => api.types.flatMap((type) => [
      ...(type.docs?.summary?.endsWith(';') ? [type.name] : []),
      ...membersOf(type).flatMap((member) => [
        ...(member.docs?.summary?.endsWith(';') ? [`${type.name}.${member.name}`] : []),
        ...(member.parameters ?? []).filter(({ docs }) => docs?.summary?.endsWith(';')).map(({ name }) => `${type.name}.${member.name}(${name})`),
      ]),
    ]),
  },
  defaults: {
    holds: 'every optional member of a struct has a default: a value, or `- ` and what happens',
    violations: (api) => api.structs.flatMap((struct) => (struct.properties ?? [])
      .filter((property) => property.optional && !isDefault(property.docs?.default))
      .map((property) => `${struct.name}.${property.name}: ${property.docs?.default ?? 'no default'}`)),
  },
  unions: {
    holds: 'no signature holds a union; other languages would get any',
    violations: (api) => api.places().filter(({ type }) => partsOf(type).some((part) => part.union)).map(({ path }) => path),
  },
  any: {
    holds: 'any stands only where a raw manifest is meant and the documentation says so',
    violations: (api) => api.places()
      .filter(({ type, text }) => partsOf(type).some((part) => part.primitive === 'any') && !/\b(raw|manifest|own words)\b/i.test(text))
      .map(({ path }) => path),
  },
  l1: {
    holds: 'no signature holds a generated Kubernetes type or a type of a Terraform provider',
    violations: (api) => [
      ...api.places().flatMap(({ path, type }) => partsOf(type).map((part) => ({ path, fqn: part.fqn }))),
      ...api.types.flatMap((type) => [type.base, ...(type.interfaces ?? [])].map((fqn) => ({ path: type.name, fqn }))),
    ].filter(({ fqn }) => fqn !== undefined && !api.isOwn(fqn) && !isSpeakable(fqn)).map(({ path, fqn }) => `${path}: ${fqn}`),
  },
  bases: {
    holds: 'a class extends nothing, or Construct, Chart, Workload or App',
    violations: (api) => api.classes.filter(({ base }) => base && !BASES.includes(base)).map(({ name, base }) => `${name}: ${base}`),
  },
  constructors: {
    holds: 'a construct is made with (scope: Construct, id: string, props: XxxProps); props may be left out exactly when all of them may',
    violations: (api) => api.classes
      .filter(({ fqn, base, initializer }) => api.isConstruct(fqn) && base !== 'cdk8s.App' && initializer)
      .filter((construct) => !hasConstructShape(api, construct))
      .map(({ name, initializer }) => `${name}(${(initializer!.parameters ?? []).map(signatureOf).join(', ')})`),
  },
  interfaces: {
    holds: 'parameters and props take IXxx: a construct that others refer to has one, and so has every class with an IXxx',
    violations: (api) => inputs(api)
      .filter(({ fqn }) => api.find(fqn)?.kind === 'class' && (api.interfaceOf(fqn) || (api.isOwn(fqn) && api.isConstruct(fqn))))
      .map(({ path, fqn }) => `${path}: ${fqn}`),
  },
  imports: {
    holds: 'a construct that others refer to implements its IXxx and has a static fromXxx',
    violations: (api) => api.classes
      .filter(({ fqn }) => api.isConstruct(fqn) && inputs(api).some((input) => input.fqn === api.interfaceOf(fqn)?.fqn))
      .filter(({ fqn, methods }) => !(methods ?? []).some((method) => method.static && /^from[A-Z]/.test(method.name))
        || !api.ancestors(fqn).includes(api.interfaceOf(fqn)!.fqn))
      .map(({ name }) => name),
  },
  names: {
    holds: 'properties are nouns: no method is called getXxx or setXxx',
    violations: (api) => api.types.flatMap((type) => (type.methods ?? [])
      .filter(({ name }) => /^(get|set)[A-Z]/.test(name))
      .map(({ name }) => `${type.name}.${name}`)),
  },
};

/** A value reads as code; prose starts with a dash. */
function isDefault(text: string | undefined): boolean {
  if (text === undefined || /\bundefined\b/.test(text)) {
    return false;
  }
  const withoutLiterals = text.replace(/'[^']*'|`[^`]*`|"[^"]*"|\([^)]*\)|\[[^\]]*\]|\{[^}]*\}/g, '');
  return text.startsWith('-') ? /^- \S/.test(text) : !/\s/.test(withoutLiterals.trim());
}

function isSpeakable(fqn: string): boolean {
  return PACKAGES.some((name) => fqn.startsWith(`${name}.`)) && !fqn.startsWith('cdk8s-plus-28.k8s.');
}

function inputs(api: Api): { path: string; fqn: string }[] {
  return api.places()
    .filter(({ isInput }) => isInput)
    .flatMap(({ path, type }) => partsOf(type).flatMap((part) => part.fqn ? [{ path, fqn: part.fqn }] : []))
    .filter(({ fqn }) => fqn !== 'constructs.Construct');
}

function hasConstructShape(api: Api, construct: ApiType): boolean {
  const [scope, id, props, ...more] = construct.initializer!.parameters ?? [];
  const isShaped = more.length === 0
    && scope && signatureOf(scope) === 'scope: constructs.Construct'
    && id && signatureOf(id) === 'id: string'
    && props && props.name === 'props' && props.type.fqn === `${construct.fqn}Props`;
  return Boolean(isShaped) && Boolean(props.optional) === api.propertiesOf(props.type.fqn!).every(({ optional }) => optional);
}

function signatureOf({ name, type, optional }: Parameter): string {
  return `${name}${optional ? '?' : ''}: ${type.fqn ?? type.primitive ?? 'list or map'}`;
}
