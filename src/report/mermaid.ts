import { ReportedTraffic } from './report-data';

/** What is drawn of a connection. */
type Arrow = Pick<ReportedTraffic, 'from' | 'to' | 'port' | 'why'>;

/**
 * A graph of who talks to whom, as Mermaid draws it in a Markdown file.
 *
 * @param own names that stand out, because the stack makes them
 * @see https://mermaid.js.org/syntax/flowchart.html
 */
export function toFlowchart(traffic: Arrow[], own: string[]): string[] {
  const names = [...new Set(traffic.flatMap(({ from, to }) => [from, to]))].sort();
  const standOut = names.filter((name) => own.includes(name));
  const idOf = (name: string) => `n${names.indexOf(name)}`;
  return [
    'flowchart LR',
    ...names.map((name) => `  ${idOf(name)}["${label(name)}"]`),
    ...traffic.map(({ from, to, port, why }) => `  ${idOf(from)} -->|"${label([port, why].filter((part) => part !== '').join(': '))}"| ${idOf(to)}`),
    ...standOut.length === 0 ? [] : ['  classDef own stroke-width:3px', `  class ${standOut.map(idOf).join(',')} own`],
  ];
}

/** Everything that means something to Mermaid, or to the HTML that it makes, becomes an entity code. */
function label(plain: string): string {
  const oneLine = plain.replace(/\s+/g, ' ').trim();
  return oneLine === '' ? '#32;' : oneLine.replace(/[^\p{L}\p{N} .,:/()=+@_-]/gu, (character) => `#${character.codePointAt(0)};`);
}
