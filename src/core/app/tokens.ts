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
  if (typeof value !== 'object' || value === null) {
    const token = tokenIn(value);
    return token === undefined ? [] : [{ field: path.join('.'), token }];
  }
  return Object.entries(value).flatMap(([key, child]) => [...findTokens(key, path), ...findTokens(child, [...path, key])]);
}

/**
 * Writes a resolvable of cdktf as the string that cdktf gives it elsewhere, so that the search finds it. cdk8s would call its `resolve()`
 * without the context that it needs, and fail without saying why.
 */
export class ResolvableAsToken implements IResolver {
  public resolve(context: ResolutionContext): void {
    const { value } = context;
    if (typeof value === 'object' && typeof value.resolve === 'function' && Array.isArray(value.creationStack)) {
      context.replaceValue(String(value));
    }
  }
}

const STRING_TOKEN = /[$#&]\{TfToken\[/;

/** What a number becomes when it is put into a string. */
const NUMBER_TOKEN_IN_STRING = /-8\.10956221\d+e\+298|-1\.88815458\d+e\+289/;

/** cdktf encodes the index of a number in a double whose upper 16 bits are one of these. */
const NUMBER_TOKEN_MARKERS = [0xfdff, 0xfbff];

function tokenIn(value: unknown): string | number | undefined {
  if (typeof value === 'number') {
    return isNumberToken(value) ? value : undefined;
  }
  const text = String(value);
  const number = NUMBER_TOKEN_IN_STRING.exec(text);
  return number ? Number(number[0]) : STRING_TOKEN.test(text) ? text : undefined;
}

function isNumberToken(value: number): boolean {
  const bytes = new DataView(new ArrayBuffer(8));
  bytes.setFloat64(0, value);
  return NUMBER_TOKEN_MARKERS.includes(bytes.getUint16(0));
}
