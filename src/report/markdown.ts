/** Text that Markdown shows as it is. */
export function text(plain: string): string {
  return oneLine(plain).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/[\\`*_[\]|#~]/g, '\\$&');
}

/** Text in the font of code, also within a table. */
export function code(plain: string): string {
  const content = oneLine(plain).replace(/\|/g, '\\|');
  if (content === '') {return '';}
  const longest = Math.max(0, ...[...content.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest > 0 ? `${fence} ${content} ${fence}` : `${fence}${content}${fence}`;
}

/** A section; undefined if it has no content. */
export function section(title: string, lines: string[]): string | undefined {
  return lines.length === 0 ? undefined : [`## ${title}`, '', ...lines].join('\n');
}

/** A table of cells that are Markdown already. */
export function table(header: string[], rows: string[][]): string[] {
  return rows.length === 0 ? [] : [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}

/** A list of plain texts. */
export function list(items: string[]): string[] {
  return items.map((item) => `- ${text(item)}`);
}

function oneLine(plain: string): string {
  return plain.replace(/\s+/g, ' ').trim();
}
