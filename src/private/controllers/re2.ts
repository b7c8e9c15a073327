/** Repetitions that Go allows at most, those of groups in groups taken together. */
const MOST_REPETITIONS = 1000;

/**
 * Whether Go compiles a regular expression: it has no look-around and no back-references, so that it always ends.
 *
 * @see https://github.com/google/re2/wiki/Syntax
 * @see https://github.com/golang/go/blob/go1.25.0/src/regexp/syntax/parse.go
 */
export function isRe2(expression: string): boolean {
  try {
    new Parser(expression).parse();
    return true;
  } catch (error) {
    if (!(error instanceof NoExpression)) {throw error;}
    return false;
  }
}

class NoExpression extends Error {}

const CHARACTER = 'x[0-9A-Fa-f]{2}|x\\{[0-9A-Fa-f]+\\}|0[0-7]{0,2}|[1-7][0-7]{1,2}|[afnrtv]|(?![A-Za-z0-9])[\\x00-\\x7f]';
const ESCAPED = new RegExp(`^\\\\(?:${CHARACTER})`);
const ANCHOR = /^\\[bBAz]/;
const PERL_SET = /^\\[dDsSwW]/;
const UNICODE_SET = /^\\[pP](?:([A-Z])|\{\^?([A-Za-z_]+)\})/;
const POSIX_SET = /^\[:\^?(?:alnum|alpha|ascii|blank|cntrl|digit|graph|lower|print|punct|space|upper|word|xdigit):\]/;
const GROUP = /^\((?:\?(?:P?<\w+>|[imsU]*(?:-[imsU]+)?[:)]))?/;
const REPEAT = /^(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})/;

/** Reads an expression from left to right. Each part says how often it can be there. */
class Parser {
  public constructor(private rest: string) {}

  public parse(): void {
    this.alternatives();
    this.require(this.rest === '');
  }

  private alternatives(): number {
    let most = 1;
    for (let before: number | undefined; this.rest !== '' && this.rest[0] !== ')';) {
      before = this.takeIf(/^\|/) ? undefined : this.next(before);
      most = Math.max(most, before ?? 1);
    }
    return most;
  }

  /** @returns undefined where nothing stands that could be repeated */
  private next(before: number | undefined): number | undefined {
    const repeat = this.takeIf(REPEAT);
    // an empty quotation is nothing, so that what stands before it can be repeated
    if (!repeat && this.takeIf(/^\\Q\\E/)) {return before;}
    if (!repeat) {return this.rest[0] === '(' ? this.group(before) : this.single();}
    this.takeIf(/^\?/);
    this.require(before !== undefined && !REPEAT.test(this.rest));
    const [, least, comma, most] = repeat;
    const [from, to] = [Number(least ?? 1), Number((comma ? most : least) || (least ?? 1))];
    this.require(from <= to && Math.max(to, 1) * before! <= MOST_REPETITIONS);
    return Math.max(to, 1) * before!;
  }

  private group(before: number | undefined): number | undefined {
    const [whole] = this.take(GROUP);
    this.require(!(whole === '(' && this.rest.startsWith('?')));
    // flags for what follows, such as `(?i)`
    if (whole.endsWith(')')) {return before;}
    const times = this.alternatives();
    this.take(/^\)/);
    return times;
  }

  private single(): number {
    if (this.takeIf(/^\\Q/)) {
      this.take(/^[^]*?(?:\\E|$)/);
    } else if (this.rest[0] === '[') {
      this.characters();
    } else if (!this.takeIf(ANCHOR) && !this.set()) {
      this.character();
    }
    return 1;
  }

  private characters(): void {
    this.take(/^\[\^?/);
    for (let first = true; first || this.rest[0] !== ']'; first = false) {
      if (this.takeIf(POSIX_SET) || this.set()) {continue;}
      this.require(!/^\[:[^]*?:\]/.test(this.rest));
      const from = this.character();
      if (/^-[^\]]/.test(this.rest)) {
        this.take(/^-/);
        this.require(from <= this.character());
      }
    }
    this.take(/^\]/);
  }

  private set(): boolean {
    const unicode = this.takeIf(UNICODE_SET);
    this.require(!unicode || isUnicodeSet(unicode[1] ?? unicode[2]));
    return unicode !== null || this.takeIf(PERL_SET) !== null;
  }

  private character(): number {
    if (this.rest[0] !== '\\') {return this.take(/^[^]/u)[0].codePointAt(0)!;}
    const code = codeOf(this.take(ESCAPED)[0].slice(1));
    this.require(code <= 0x10ffff);
    return code;
  }

  private take(pattern: RegExp): RegExpExecArray {
    const match = this.takeIf(pattern);
    this.require(match !== null);
    return match!;
  }

  private takeIf(pattern: RegExp): RegExpExecArray | null {
    const match = pattern.exec(this.rest);
    this.rest = this.rest.slice(match?.[0].length ?? 0);
    return match;
  }

  private require(holds: boolean): void {
    if (!holds) {throw new NoExpression();}
  }
}

const CONTROLS: { [letter: string]: number } = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

function codeOf(escape: string): number {
  if (escape[0] === 'x') {return parseInt(escape.replace(/[x{}]/g, ''), 16);}
  return /^[0-7]/.test(escape) ? parseInt(escape, 8) : CONTROLS[escape] ?? escape.codePointAt(0)!;
}

function isUnicodeSet(name: string): boolean {
  return name === 'Any' || ['gc', 'sc'].some((property) => {
    try {
      return new RegExp(`\\p{${property}=${name}}`, 'u').unicode;
    } catch {
      return false;
    }
  });
}
