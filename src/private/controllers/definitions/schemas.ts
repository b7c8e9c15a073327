import { DEFINITIONS } from './definitions.generated';

/** What a definition of a kind says of a value: the part of JSON schema that CustomResourceDefinitions may use. */
export interface Schema {
  readonly 'type'?: string;
  readonly 'format'?: string;
  readonly 'properties'?: { [field: string]: SchemaRef };
  readonly 'additionalProperties'?: SchemaRef | boolean;
  readonly 'items'?: SchemaRef;
  readonly 'required'?: string[];
  readonly 'enum'?: unknown[];
  readonly 'minimum'?: number;
  readonly 'maximum'?: number;
  readonly 'minItems'?: number;
  readonly 'maxItems'?: number;
  readonly 'minLength'?: number;
  readonly 'maxLength'?: number;
  readonly 'pattern'?: string;
  readonly 'oneOf'?: SchemaRef[];
  readonly 'anyOf'?: SchemaRef[];
  readonly 'not'?: SchemaRef;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
}

/** A schema, or the number of one that is shared. */
export type SchemaRef = Schema | number;

let definitions: { readonly kinds: { [kind: string]: SchemaRef }; readonly shared: Schema[] } | undefined;

function known() {
  // most apps make no such kind: they do not pay for what they do not use
  definitions ??= JSON.parse(DEFINITIONS);
  return definitions!;
}

/** The schema of a kind such as `argoproj.io/Rollout`. */
export function schemaOf(kind: string): Schema {
  return resolve(known().kinds[kind]);
}

/** The schema that a number stands for. */
export function resolve(schema: SchemaRef): Schema {
  return typeof schema === 'number' ? known().shared[schema] : schema;
}

/** Kinds that there are schemas of. */
export const DEFINED_KINDS = [
  'argoproj.io/Rollout', 'argoproj.io/AnalysisTemplate', 'argoproj.io/ClusterAnalysisTemplate',
  'networking.istio.io/VirtualService', 'networking.istio.io/DestinationRule', 'networking.istio.io/Gateway', 'networking.istio.io/Sidecar',
  'security.istio.io/PeerAuthentication', 'security.istio.io/AuthorizationPolicy', 'security.istio.io/RequestAuthentication',
  'telemetry.istio.io/Telemetry',
];
