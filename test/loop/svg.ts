/** Where a lane is drawn. */
export interface Frame {
  readonly x: (at: number) => number;
  /** When the picture ends. */
  readonly end: number;
  /** Where the picture ends. */
  readonly width: number;
  readonly top: number;
  readonly bottom: number;
}

type Attributes = { [name: string]: string | number };

/** Words. */
export function label(x: number, y: number, text: string, attributes: Attributes = {}): string {
  const more = Object.entries({ fill: '#334155', ...attributes }).map(([name, value]) => ` ${name}="${value}"`).join('');
  return `<text x="${round(x)}" y="${round(y)}"${more}>${escape(text)}</text>`;
}

/** A point with its whole story for whoever points at it. */
export function dot(x: number, y: number, story: string, fill: string): string {
  return `<circle cx="${round(x)}" cy="${round(y)}" r="3" fill="${fill}"><title>${escape(story)}</title></circle>`;
}

/** A bar between two times. */
export function bar(from: number, to: number, top: number, height: number, fill: string, story = ''): string {
  return `<rect x="${round(from)}" y="${round(top)}" width="${round(Math.max(to - from, 2))}" height="${height}" rx="2" fill="${fill}"><title>${escape(story)}</title></rect>`;
}

/** Words from left to right in as few rows as they need, so that none covers another. */
export class Rows {
  private readonly free: number[] = [];

  /** Row of words that begin somewhere. */
  public rowOf(x: number, text: string, fontSize = 11): number {
    const found = this.free.findIndex((taken) => taken <= x);
    const row = found < 0 ? this.free.length : found;
    this.free[row] = x + 0.56 * fontSize * text.length + 10;
    return row;
  }
}

/** Words in lines of at most so many letters. */
export function wrapped(text: string, letters: number): string[] {
  return text.split(' ').reduce<string[]>((lines, word) => {
    const last = lines.at(-1);
    return last !== undefined && last.length + word.length < letters ? [...lines.slice(0, -1), `${last} ${word}`] : [...lines, word];
  }, []);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
}
