import { Yaml } from 'cdk8s';

/**
 * A manifest as YAML, with the bytes of cdk8s' own `Yaml.stringify`.
 *
 * Two thirds of a synthesis are the general-purpose YAML library, most of it for strings such as `app` that look the same in every dialect.
 * Those, numbers, booleans, and block maps and lists around them are written here; every other scalar is left to the library, and so is the
 * whole document when it holds anything that JSON would not: null, shared objects, classes.
 */
export function toYaml(manifest: unknown): string {
  return isCollection(manifest) && isPlain(manifest, new Set()) ? `${block(manifest, '')}\n` : Yaml.stringify(manifest);
}

/** Starts with a letter or `/`, and cannot be taken for a number, a boolean, null, a tag or a comment. */
const PLAIN_WORD = /^(?!(?:y|n|yes|no|on|off|true|false|null|e[0-9]+)$)[a-z/](?:[\w./@=+-]|:(?=[\w./@=+-]))*$/i;

/** Starts with a digit, and holds a letter that no number has, such as `500m` or a hash. */
const PLAIN_AMOUNT = /^(?!0[bx])[0-9][\w.-]*[a-df-z][\w.-]*$/i;

/** Would be read as a number without quotes. */
const NUMERAL = /^(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/;

/** Lines that a literal block keeps as they are, however deep it is indented. */
const PLAIN_LINES = /^[!-~][ -~\t\n]*[!-~]\n?$/;

/** Where YAML would see the begin or the end of a document, or a directive; how that is avoided depends on the indentation. */
const DOCUMENT_MARKER = /^(?:%|---|\.\.\.)/m;

/** A longer key, however it is escaped, might need YAML's explicit form. */
const PLAIN_KEY_LENGTH = 150;

const CACHED_SCALARS = 10_000;
const scalars = new Map<string, string>();

function isCollection(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isPlain(value: unknown, seen: Set<unknown>): boolean {
  switch (typeof value) {
    case 'string': return value.includes('\n') ? PLAIN_LINES.test(value) : !DOCUMENT_MARKER.test(value);
    case 'number': return Number.isFinite(value);
    case 'boolean': return true;
    case 'object': return value !== null && !seen.has(value) && isPlainCollection(value, seen.add(value));
    default: return false;
  }
}

function isPlainCollection(value: object, seen: Set<unknown>): boolean {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      if (!isPlain(value[index], seen)) {return false;}
    }
    return true;
  }
  return Object.getPrototypeOf(value) === Object.prototype
    && Object.keys(value).every((key) => isPlainKey(key) && isPlain((value as any)[key], seen));
}

function isPlainKey(key: string): boolean {
  return key.length <= PLAIN_KEY_LENGTH && !key.includes('\n') && !DOCUMENT_MARKER.test(key);
}

function block(value: object, indent: string): string {
  if (Array.isArray(value)) {
    return value.length === 0 ? '[]' : value.map((item) => `- ${inline(item, `${indent}  `)}`).join(`\n${indent}`);
  }
  const keys = Object.keys(value);
  return keys.length === 0 ? '{}' : keys.map((key) => `${scalar(key)}:${below((value as any)[key], indent)}`).join(`\n${indent}`);
}

function below(value: unknown, indent: string): string {
  const deeper = `${indent}  `;
  const text = inline(value, deeper);
  return isCollection(value) && text !== '{}' && text !== '[]' ? `\n${deeper}${text}` : ` ${text}`;
}

function inline(value: unknown, indent: string): string {
  if (isCollection(value)) {
    return block(value, indent);
  }
  if (typeof value !== 'string') {
    return Object.is(value, -0) ? '-0' : String(value);
  }
  return value.includes('\n') ? literal(value, indent) : scalar(value);
}

function literal(text: string, indent: string): string {
  const [header, body] = text.endsWith('\n') ? ['|', text.slice(0, -1)] : ['|-', text];
  return `${header}\n${indent}${body.replace(/\n+/g, `$&${indent}`)}`;
}

/** One line, the same wherever it stands. */
function scalar(text: string): string {
  if (PLAIN_WORD.test(text) || PLAIN_AMOUNT.test(text)) {
    return text;
  }
  if (NUMERAL.test(text)) {
    return `"${text}"`;
  }
  let written = scalars.get(text);
  if (written === undefined) {
    written = Yaml.stringify(text).slice(0, -1);
    if (scalars.size >= CACHED_SCALARS) {
      scalars.clear();
    }
    scalars.set(text, written);
  }
  return written;
}
