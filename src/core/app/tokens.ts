import { IResolver, ResolutionContext } from 'cdk8s';

/** A place in a manifest where a value stands that only Terraform knows. */
export interface TokenPlace {
  /** Keys from the top of the manifest, such as `spec.replicas`. */
  readonly field: string;
  /** The token as it stands there. */
  readonly token: string | number;
}

/** Whether cdktf has made any token in this process; without one no manifest needs to be searched. */
export function tokensExist(): boolean {
  return (globalThis as any).__cdktfTokenMap !== undefined;
}

/** Tokens of cdktf in what Kubernetes would get: in strings and keys, as numbers, in lists. */
export function findTokens(value: unknown, path: string[] = []): TokenPlace[] {
  if (typeof value === 'string' || typeof value === 'number') {
    return isToken(value) ? [{ field: path.join('.'), token: value }] : [];
  }
  return Object.entries(value ?? {}).flatMap(([key, child]) => [
    ...findTokens(key, [...path, key]).map((place) => ({ ...place, field: path.join('.') })),
    ...findTokens(child, [...path, isToken(key) ? '*' : key]),
  ]);
}

/**
 * Writes a resolvable of cdktf as the string that cdktf gives it elsewhere, so that the search finds it. cdk8s would call its `resolve()`
 * without the context that it needs, and fail without saying why.
 */
export class ResolvableAsToken implements IResolver {
  public resolve(context: ResolutionContext): void {
    const { value } = context;
    if (typeof value.resolve === 'function' && Array.isArray(value.creationStack)) {
      context.replaceValue(String(value));
    }
  }
}

const STRING_TOKEN = /[$#&]\{TfToken\[/;

/** What a number becomes when it is put into a string. */
const NUMBER_TOKEN_IN_STRING = /-8\.10956221\d+e\+298|-1\.88815458\d+e\+289/;

/** cdktf encodes the index of a number in a double whose upper 16 bits are one of these. */
const NUMBER_TOKEN_MARKERS = [0xfdff, 0xfbff];

function isToken(value: string | number): boolean {
  if (typeof value === 'string') {
    return STRING_TOKEN.test(value) || NUMBER_TOKEN_IN_STRING.test(value);
  }
  const bytes = new DataView(new ArrayBuffer(8));
  bytes.setFloat64(0, value);
  return NUMBER_TOKEN_MARKERS.includes(bytes.getUint16(0));
}
