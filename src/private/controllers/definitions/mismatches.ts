import { resolve, Schema, SchemaRef } from './schemas';
import { Violation } from '../controller-rule';

/** In which way a value is not what its definition says. */
export type MismatchReason = 'unknown-field' | 'missing-field' | 'wrong-type' | 'refused-value';

export interface Mismatch extends Violation {
  readonly reason: MismatchReason;
}

/**
 * Everything in which a value is not what its definition says, as the API server judges it with strict validation of fields.
 *
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation
 */
export function mismatchesOf(value: unknown, ref: SchemaRef, field: string): Mismatch[] {
  const schema = resolve(ref);
  if (!hasType(value, schema)) {
    return [mismatch('wrong-type', field, `must be ${typeWords(schema)}`, value, 'change the value')];
  }
  return [
    ...refusals(value, schema, field),
    ...Array.isArray(value) && schema.items !== undefined ? value.flatMap((item, i) => mismatchesOf(item, schema.items!, `${field}[${i}]`)) : [],
    ...isObject(value) ? fieldMismatches(value, schema, field) : [],
  ];
}

function fieldMismatches(value: { [field: string]: unknown }, schema: Schema, field: string): Mismatch[] {
  const { properties = {}, additionalProperties, required = [] } = schema;
  const place = (name: string) => field === '' ? name : /^[\w-]+$/.test(name) ? `${field}.${name}` : `${field}['${name}']`;
  const missing = required.filter((name) => !(name in value))
    .map((name) => mismatch('missing-field', place(name), 'must be given', undefined, 'its definition requires it'));
  return [...missing, ...Object.entries(value).flatMap(([name, inner]) => {
    if (Object.hasOwn(properties, name)) {return mismatchesOf(inner, properties[name], place(name));}
    if (typeof additionalProperties === 'object' || typeof additionalProperties === 'number') {
      return mismatchesOf(inner, additionalProperties, place(name));
    }
    return additionalProperties === true || !isClosed(schema) ? []
      : [mismatch('unknown-field', place(name), 'is a field that nobody knows', undefined, nearest(name, Object.keys(properties)))];
  })];
}

/** A schema without a type stands in a combination, where it says nothing of other fields. */
function isClosed(schema: Schema): boolean {
  return schema.type === 'object' && !schema['x-kubernetes-preserve-unknown-fields'];
}

function refusals(value: any, schema: Schema, field: string): Mismatch[] {
  const refuse = (problem: string, remedy = 'change the value') => [mismatch('refused-value', field, problem, value, remedy)];
  const { minimum, maximum, minLength, maxLength, minItems, maxItems } = schema;
  const size = typeof value === 'string' ? [...value].length : Array.isArray(value) ? value.length : undefined;
  return [
    ...schema.enum && !schema.enum.includes(value) ? refuse(`must be one of ${schema.enum.map((one) => `'${one}'`).join(', ')}`) : [],
    ...typeof value === 'number' && (value < (minimum ?? -Infinity) || value > (maximum ?? Infinity)) ? refuse(boundsWords(minimum, maximum)) : [],
    ...typeof value === 'string' && schema.format === 'date-time' && !DATE_TIME.test(value) ? refuse("must be a time such as '2026-01-31T12:00:00Z'") : [],
    ...typeof value === 'string' && schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(value) ? refuse(`must match ${schema.pattern}`) : [],
    ...size !== undefined && typeof value === 'string' && (size < (minLength ?? 0) || size > (maxLength ?? Infinity))
      ? refuse(`must have a length ${boundsWords(minLength, maxLength).slice('must be '.length)}`) : [],
    ...size !== undefined && Array.isArray(value) && (size < (minItems ?? 0) || size > (maxItems ?? Infinity))
      ? refuse(`must have a number of items ${boundsWords(minItems, maxItems).slice('must be '.length)}`) : [],
    ...combinationHolds(value, schema, field) ? [] : refuse('must not combine these fields', 'keep one of those that exclude each other'),
  ];
}

const DATE_TIME = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

function combinationHolds(value: unknown, { oneOf, anyOf, not, ...schema }: Schema, field: string): boolean {
  const holds = (ref: SchemaRef) => mismatchesOf(value, ref, field).length === 0;
  return (oneOf === undefined || oneOf.filter(holds).length === 1)
    && (anyOf === undefined || schema['x-kubernetes-int-or-string'] || anyOf.some(holds))
    && (not === undefined || !holds(not));
}

function hasType(value: unknown, schema: Schema): boolean {
  if (schema['x-kubernetes-int-or-string']) {return typeof value === 'string' || isInteger(value, 'int32');}
  switch (schema.type) {
    case 'object': return isObject(value);
    case 'array': return Array.isArray(value);
    case 'integer': return isInteger(value, schema.format);
    case 'number': return typeof value === 'number';
    case 'string': return typeof value === 'string';
    case 'boolean': return typeof value === 'boolean';
    default: return true;
  }
}

function isInteger(value: unknown, format: string | undefined): boolean {
  return Number.isInteger(value) && (format !== 'int32' || Math.abs((value as number) + 0.5) < 2 ** 31);
}

function isObject(value: unknown): value is { [field: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function typeWords(schema: Schema): string {
  if (schema['x-kubernetes-int-or-string']) {return 'a whole number or a string';}
  return ({
    object: 'an object', array: 'a list', integer: 'a whole number', number: 'a number', string: 'a string', boolean: 'true or false',
  } as { [type: string]: string })[schema.type!];
}

function boundsWords(least = -Infinity, most = Infinity): string {
  if (least === -Infinity) {return `must be at most ${most}`;}
  return most === Infinity ? `must be at least ${least}` : `must be from ${least} to ${most}`;
}

/** The field that was probably meant: one that differs in case, or in a letter or two. */
function nearest(name: string, known: string[]): string {
  const [best] = known.map((field) => ({ field, distance: distanceOf(name.toLowerCase(), field.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance <= 2 ? `did you mean '${best.field}'?` : 'remove it';
}

function distanceOf(a: string, b: string): number {
  let row = [...Array(b.length + 1).keys()];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length];
}

function mismatch(reason: MismatchReason, field: string, problem: string, value: unknown, remedy: string): Mismatch {
  return { reason, field, problem, value, remedy };
}
