/** What stands between `{{` and `}}` in the texts of a value; undefined for a `{{` that nothing ends. */
export function placeholdersIn(value: unknown): (string | undefined)[] {
  if (typeof value === 'string') {return placeholdersOf(value);}
  if (typeof value !== 'object' || value === null) {return [];}
  return Object.entries(value).flatMap(([key, inner]) => [...Array.isArray(value) ? [] : placeholdersOf(key), ...placeholdersIn(inner)]);
}

/** A value whose placeholders are replaced where they are known. */
export function resolved(value: any, known: Map<string, string>): any {
  if (typeof value === 'string') {
    return value.replace(/\{\{(.*?)\}\}/gs, (whole, placeholder) => known.get(placeholder.trim()) ?? whole);
  }
  if (typeof value !== 'object' || value === null) {return value;}
  return Array.isArray(value)
    ? value.map((item) => resolved(item, known))
    : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolved(inner, known)]));
}

function placeholdersOf(text: string): (string | undefined)[] {
  const [, ...opened] = text.split('{{');
  if (opened.length === 0) {return [];}
  const found = [...text.matchAll(/\{\{(.*?)(\}\}|$)/gs)];
  return found.map(([, placeholder, end]) => end === '' ? undefined : placeholder.trim());
}
