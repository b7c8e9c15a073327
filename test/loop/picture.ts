import { Happening } from './history';
import { LANES } from './lanes';
import { Frame, label } from './svg';

const WIDTH = 1400;
/** A longer run is a wider picture, so that words of one minute do not cover those of the next. */
const PIXELS_A_MINUTE = 90;
const LEFT = 132;
const RIGHT = 24;
const HEAD = 78;
const FOOT = 34;
/** Seconds after the last happening, for its words. */
const LAST_WORDS = 55;

/** What a picture is drawn from. */
export interface Run {
  readonly happenings: Happening[];
  readonly total: { readonly requests: number; readonly failures: { [reason: string]: number } };
}

/** A run of the loop as a picture: one lane for each kind of happening, time from left to right. */
export function picture({ happenings, total }: Run): string {
  const end = Math.max(60, ...happenings.map(({ at }) => at)) + LAST_WORDS;
  const width = Math.max(WIDTH, Math.round(end / 60 * PIXELS_A_MINUTE));
  const x = (at: number) => LEFT + (at / end) * (width - LEFT - RIGHT);
  const height = HEAD + LANES.reduce((sum, lane) => sum + lane.height, 0) + FOOT;
  let top = HEAD;
  const lanes = LANES.map((lane, index) => {
    const frame: Frame = { x, end, width, top, bottom: top + lane.height - 12 };
    const mine = happenings.filter(({ what }) => lane.what.includes(what));
    const band = `<rect x="0" y="${top - 4}" width="${width}" height="${lane.height}" fill="${index % 2 ? '#ffffff' : '#f8fafc'}"/>`;
    const title = label(16, top + lane.height / 2, lane.title, { 'fill': '#0f172a', 'font-size': 12, 'font-weight': 600 });
    top += lane.height;
    return { band, words: [title, ...lane.draw(mine, frame)].join('\n') };
  });
  const every = Math.ceil(end / 60 / 16 * WIDTH / width);
  const minutes = Array.from({ length: Math.floor(end / 60 / every) + 1 }, (_, index) => index * every);
  const axis = minutes.map((minute) => `<line x1="${x(minute * 60)}" x2="${x(minute * 60)}" y1="${HEAD - 4}" y2="${height - FOOT}" stroke="#e2e8f0"/>`
    + label(x(minute * 60), height - 14, `${minute} min`, { 'text-anchor': 'middle', 'fill': '#64748b' }));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Helvetica, Arial, sans-serif" font-size="11">
<rect width="100%" height="100%" fill="#ffffff"/>
${label(16, 28, 'From drift to promotion, while nobody touches anything', { 'font-size': 18, 'fill': '#0f172a', 'font-weight': 600 })}
${label(16, 50, summary(happenings, total), { 'font-size': 12, 'fill': '#475569' })}
${[...lanes.map(({ band }) => band), ...axis, ...lanes.map(({ words }) => words)].join('\n')}
</svg>
`;
}

function summary(happenings: Happening[], { requests, failures }: Run['total']): string {
  const failed = Object.values(failures).reduce((sum, each) => sum + each, 0);
  const blamed = [...new Set(Object.keys(failures).map((reason) => reason.split(':')[0]))];
  const pages = happenings.filter(({ what, text }) => what === 'alert' && text.includes('(page)')).length;
  return [
    `${requests.toLocaleString('en')} requests, ${failed} failed${failed > 0 ? `, by version ${new Intl.ListFormat('en').format(blamed)}` : ''}.`,
    pages === 0 ? 'Nobody was paged.' : `Somebody was paged ${pages} times.`,
    'API server, nodes, pods, Argo Workflows, Argo Rollouts, Prometheus and MLflow are the real ones; minutes stand for days.',
  ].join(' ');
}
