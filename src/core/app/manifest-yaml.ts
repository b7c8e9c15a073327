import { Yaml } from 'cdk8s';

/**
 * A manifest as YAML, with the bytes of cdk8s' own `Yaml.stringify`.
 *
 * Two thirds of a synthesis are the general-purpose YAML library, most of it for strings such as `app` that look the same in every dialect.
 * Those, numbers, booleans, and block maps and lists around them are written here. Other strings of one line are left to the library, and so is
 * the whole document when it holds anything that JSON would not (null included), one object in two places, or unusual text of several lines.
 */
export function toYaml(manifest: unknown): string {
  if (!isCollection(manifest)) {
    return Yaml.stringify(manifest);
  }
  try {
    return `${new PlainDocument().collection(manifest, '')}\n`;
  } catch (error) {
    if (error !== UNUSUAL) {throw error;}
    return Yaml.stringify(manifest);
  }
}

const UNUSUAL = new Error('left to the library');

/** Starts with a letter or `/`, and cannot be taken for a number, a boolean, null, a tag or a comment. */
const PLAIN_WORD = /^(?!(?:y|n|yes|no|on|off|true|false|null|e[-+]?[0-9]+)$)[a-z/](?:[\w./@=+-]|:(?=[\w./@=+-]))*$/i;

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

/** Writes one document; throws `UNUSUAL` at the first value that is not its business. */
class PlainDocument {
  private readonly seen = new Set<object>();

  public collection(value: object, indent: string): string {
    if (this.seen.has(value)) {throw UNUSUAL;}
    this.seen.add(value);
    return Array.isArray(value) ? this.list(value, indent) : this.map(value, indent);
  }

  private list(values: any[], indent: string): string {
    const items = Array.from(values, (value) => `- ${this.value(value, `${indent}  `)}`);
    return items.length === 0 ? '[]' : items.join(`\n${indent}`);
  }

  private map(value: any, indent: string): string {
    if (Object.getPrototypeOf(value) !== Object.prototype) {throw UNUSUAL;}
    const entries = Object.keys(value).map((key) => `${keyText(key)}:${this.below(value[key], indent)}`);
    return entries.length === 0 ? '{}' : entries.join(`\n${indent}`);
  }

  private below(value: unknown, indent: string): string {
    const deeper = `${indent}  `;
    const text = this.value(value, deeper);
    return isCollection(value) && text !== '[]' && text !== '{}' ? `\n${deeper}${text}` : ` ${text}`;
  }

  private value(value: unknown, indent: string): string {
    if (typeof value === 'string') {
      return value.includes('\n') ? literal(value, indent) : lineText(value);
    }
    if (typeof value === 'boolean' || Number.isFinite(value)) {
      return Object.is(value, -0) ? '-0' : String(value);
    }
    if (isCollection(value)) {
      return this.collection(value, indent);
    }
    throw UNUSUAL;
  }
}

function isCollection(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function literal(text: string, indent: string): string {
  if (!PLAIN_LINES.test(text)) {throw UNUSUAL;}
  const [header, body] = text.endsWith('\n') ? ['|', text.slice(0, -1)] : ['|-', text];
  return `${header}\n${indent}${body.replace(/\n+/g, `$&${indent}`)}`;
}

function keyText(key: string): string {
  if (key.length > PLAIN_KEY_LENGTH || key.includes('\n')) {throw UNUSUAL;}
  return lineText(key);
}

/** One line, the same wherever it stands. */
function lineText(text: string): string {
  if (PLAIN_WORD.test(text) || PLAIN_AMOUNT.test(text)) {
    return text;
  }
  if (NUMERAL.test(text)) {
    return `"${text}"`;
  }
  if (DOCUMENT_MARKER.test(text)) {throw UNUSUAL;}
  return remembered(text, () => Yaml.stringify(text).slice(0, -1));
}

const REMEMBERED = 10_000;
const memory = new Map<string, string>();

function remembered(text: string, compute: () => string): string {
  const known = memory.get(text);
  if (known !== undefined) {return known;}
  if (memory.size >= REMEMBERED) {
    memory.clear();
  }
  const computed = compute();
  memory.set(text, computed);
  return computed;
}
