import { mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { Happening } from './history';

/** Where a run leaves its picture and what it is drawn from. */
export const RUN = join(__dirname, '..', '..', 'test-reports', 'loop');

const WIDTH = 1400;
const LEFT = 110;
const LANE = 64;

interface Lane {
  readonly title: string;
  readonly what: Happening['what'];
  readonly color: string;
  /** A line that is drawn of one of the numbers, from nothing to all of it. */
  readonly line?: string;
}

const LANES: Lane[] = [
  { title: 'world', what: 'world', color: '#475569' },
  { title: 'drift', what: 'drift', color: '#b45309', line: 'share' },
  { title: 'training', what: 'training', color: '#6d28d9' },
  { title: 'canary', what: 'rollout', color: '#0369a1', line: 'weight' },
  { title: 'aliases', what: 'alias', color: '#15803d' },
  { title: 'lost requests', what: 'requests', color: '#b91c1c' },
  { title: 'alerts', what: 'alert', color: '#be185d' },
];

/** Leaves a run where people find it. */
export function writeRun({ happenings, total }: { happenings: Happening[]; total: { requests: number } }): void {
  mkdirSync(RUN, { recursive: true });
  writeFileSync(join(RUN, 'happenings.json'), JSON.stringify(happenings, null, 1));
  writeFileSync(join(RUN, 'timeline.svg'), picture(happenings, `A fraud model learns by itself: ${total.requests} requests while nobody touched anything`));
}

/** The happenings of a run as a picture, one lane for each kind. */
export function picture(happenings: Happening[], title: string): string {
  const end = Math.max(60, ...happenings.map(({ at }) => at + 10));
  const x = (at: number) => LEFT + (at / end) * (WIDTH - LEFT - 20);
  const height = 50 + LANES.length * LANE + 30;
  const lanes = LANES.map((lane, index) => drawLane(lane, happenings.filter(({ what }) => what === lane.what), 50 + index * LANE, x, end));
  const minutes = Array.from({ length: Math.floor(end / 60) + 1 }, (_, minute) => minute);
  const axis = minutes.map((minute) => `<line x1="${x(minute * 60)}" x2="${x(minute * 60)}" y1="44" y2="${height - 26}" stroke="#e2e8f0"/>`
    + `<text x="${x(minute * 60)}" y="${height - 10}" text-anchor="middle" fill="#64748b">${minute} min</text>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="11">
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="16" y="26" font-size="16" fill="#0f172a">${escape(title)}</text>
${[...axis, ...lanes].join('\n')}
</svg>
`;
}

function drawLane({ title, color, line }: Lane, happenings: Happening[], top: number, x: (at: number) => number, end: number): string {
  const bottom = top + LANE - 10;
  const label = `<text x="16" y="${top + LANE / 2}" font-size="12" fill="${color}">${title}</text><line x1="${LEFT}" x2="${WIDTH - 20}" y1="${bottom}" y2="${bottom}" stroke="#cbd5e1"/>`;
  return [label, line ? drawLine(line, happenings, bottom, x, end, color) : '', ...drawMarks(happenings, top, bottom, x, color)].join('');
}

/** A value holds until the next one. */
function drawLine(name: string, happenings: Happening[], bottom: number, x: (at: number) => number, end: number, color: string): string {
  const points = happenings.filter(({ values }) => Number.isFinite(values?.[name])).map(({ at, values }) => ({ at, value: values![name] }));
  if (points.length === 0) {return '';}
  const most = Math.max(...points.map(({ value }) => value), name === 'weight' ? 100 : 1);
  const y = (value: number) => bottom - (value / most) * (LANE - 26);
  const path = points.map(({ at, value }, index) => `${index === 0 ? `M${x(at)},${y(value)}` : `H${x(at)}V${y(value)}`}`).join('');
  return `<path d="${path}H${x(end)}" fill="none" stroke="${color}" stroke-width="2"/>`;
}

/** A mark for each, and words where there is room for them. */
function drawMarks(happenings: Happening[], top: number, bottom: number, x: (at: number) => number, color: string): string[] {
  let free = [LEFT, LEFT, LEFT];
  return happenings.map(({ at, text }) => {
    const words = short(text);
    const row = free.findIndex((taken) => taken <= x(at));
    const mark = `<circle cx="${x(at)}" cy="${bottom}" r="3" fill="${color}"><title>${at} s: ${escape(text)}</title></circle>`;
    if (row < 0) {return mark;}
    free = free.map((taken, index) => (index === row ? x(at) + 6 * words.length : taken));
    return `${mark}<text x="${x(at) + 4}" y="${top + 12 + 14 * row}" fill="#334155">${escape(words)}</text>`;
  });
}

function short(text: string): string {
  const words = text.replace(/^fraud-detection-\S+?:? /, '').replace(/^check (Complete|Failed): /, '');
  return words.length > 34 ? `${words.slice(0, 33)}…` : words;
}

function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
}
