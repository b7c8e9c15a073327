const COMMENT_OR_STRING = /#[^\n]*|([A-Za-z_]\w*\s*(?:=~|!~|!=|=)\s*)?("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`)/g;

/**
 * The expression without the values that it filters for.
 *
 * Two models ask the same questions with other names in them: what a question needs is worked out once for all of them.
 */
export function shapeOf(expr: string): string {
  return expr.replace(COMMENT_OR_STRING, (written: string, matcher?: string) => {
    if (matcher === undefined || matcher.startsWith('__name__')) {return written;}
    return `${matcher}"v"`;
  });
}

/** The expression with blanks for its comments, so that positions stay what they were. */
export function withoutComments(expr: string): string {
  if (!expr.includes('#')) {return expr;}
  return expr.replace(COMMENT_OR_STRING, (written: string) => (written.startsWith('#') ? ' '.repeat(written.length) : written));
}
