import { Happening } from './history';
import { bar, dot, Frame, label, Rows, wrapped } from './svg';

/** A strip of the picture. */
export interface Lane {
  readonly title: string;
  readonly what: Happening['what'][];
  readonly height: number;
  readonly draw: (happenings: Happening[], frame: Frame) => string[];
}

const GOOD = '#15803d';
const BAD = '#b91c1c';
const CALM = '#94a3b8';
const BLUE = '#0369a1';
const AMBER = '#b45309';
/** The model has drifted if more of its features have: the default of the check. */
const DRIFTS_ABOVE = 0.3;

/** The strips, from what happens in the world to what people hear of it. */
export const LANES: Lane[] = [
  { title: 'world', what: ['world'], height: 62, draw: drawWorld },
  { title: 'drift', what: ['drift'], height: 78, draw: drawDrift },
  { title: 'pipeline', what: ['training'], height: 70, draw: drawRuns },
  { title: 'gate', what: ['gate'], height: 52, draw: drawGates },
  { title: 'canary', what: ['rollout', 'guardrails'], height: 96, draw: drawCanary },
  { title: 'aliases', what: ['alias'], height: 74, draw: drawAliases },
  { title: 'audit', what: ['audit'], height: 52, draw: drawMarks(BLUE, ({ text }) => text.replace(/ by (?!ada).*/, '')) },
  { title: 'failed', what: ['requests'], height: 58, draw: drawFailures },
  { title: 'alerts', what: ['alert'], height: 44, draw: drawMarks(AMBER, ({ text }) => text) },
];

function drawWorld(happenings: Happening[], { x, width, top, bottom }: Frame): string[] {
  return happenings.flatMap(({ at, text }) => [
    `<line x1="${x(at)}" x2="${x(at)}" y1="${top}" y2="${bottom}" stroke="${CALM}" stroke-dasharray="3 3"/>`,
    ...wrapped(text, Math.min(30, Math.floor((width - x(at)) / 6.5))).map((line, index) => label(x(at) + 5, top + 12 + 14 * index, line)),
  ]);
}

function drawDrift(happenings: Happening[], { x, end, top, bottom }: Frame): string[] {
  // half of the features is a lot
  const y = (share: number) => bottom - Math.min(share / 0.5, 1) * (bottom - top - 30);
  const shares = happenings.filter(({ values }) => Number.isFinite(values?.share)).map(({ at, values }) => ({ at, value: values!.share }));
  const rows = new Rows();
  let before = '';
  return [
    `<line x1="${x(0)}" x2="${x(end)}" y1="${y(DRIFTS_ABOVE)}" y2="${y(DRIFTS_ABOVE)}" stroke="${BAD}" stroke-dasharray="4 3"/>`,
    label(x(0) + 2, y(DRIFTS_ABOVE) - 3, `drifts above ${DRIFTS_ABOVE}`, { 'fill': BAD, 'font-size': 9 }),
    steps(shares, x, y, end, AMBER),
    ...happenings.flatMap(({ at, text, values }) => {
      const { share = NaN, samples = NaN } = values ?? {};
      const found = Number.isFinite(share) ? `${Math.round(share * 100)} % of the features` : Number.isFinite(samples) ? 'too few to judge' : 'no numbers';
      const words = found === before ? '' : Number.isFinite(samples) ? `${samples.toLocaleString('en')} requests: ${found}` : found;
      before = found;
      const mark = dot(x(at), Number.isFinite(share) ? y(share) : bottom, `${at} s: ${text}`, AMBER);
      return words === '' ? [mark] : [mark, label(x(at) - 2, top + 10 + 14 * rows.rowOf(x(at), words), words)];
    }),
  ];
}

function drawRuns(happenings: Happening[], { x, top }: Frame): string[] {
  const runs = [...new Set(happenings.map(({ subject }) => subject!))];
  return runs.flatMap((run) => {
    const mine = happenings.filter(({ subject }) => subject === run);
    const done = mine.filter(({ text }) => !text.startsWith('run '));
    const edges = [mine[0].at, ...done.map(({ at }) => at)];
    const last = done.at(-1)?.text.split(' ')[0] ?? '';
    const isTraining = mine.length > 3;
    return [
      ...done.map(({ at, text }, index) => bar(x(edges[index]) + 1, x(at), top + 20, 16, / Succeeded/.test(text) ? GOOD : BAD, `${at} s: ${text}`)),
      label(x(mine[0].at), top + 12, isTraining ? 'started by drift' : 'called', { fill: '#475569' }),
      // what follows at once has its place on the right
      isTraining
        ? label(x(edges.at(-1)!), top + 50, last, { 'text-anchor': 'end', 'font-weight': 600, 'fill': /reject/.test(last) ? BAD : GOOD })
        : label(x(edges.at(-1)!) + 6, top + 32, last, { 'font-weight': 600, 'fill': GOOD }),
    ];
  });
}

function drawGates(happenings: Happening[], { x, top }: Frame): string[] {
  return happenings.flatMap(({ at, text, values }) => {
    const passed = values!.passed === 1;
    const [verdict, ...numbers] = text.replace(/ against \S+:/, ':').split(': ');
    return [
      dot(x(at), top + 8, `${at} s: ${text}`, passed ? GOOD : BAD),
      label(x(at) + 6, top + 12, verdict, { 'fill': passed ? GOOD : BAD, 'font-weight': 600 }),
      label(x(at) + 6, top + 27, numbers.join(': '), { 'font-size': 10 }),
    ];
  });
}

function drawCanary(happenings: Happening[], { x, end, top, bottom }: Frame): string[] {
  const y = (weight: number) => bottom - (weight / 100) * (bottom - top - 22);
  const weights = happenings.filter(({ what, values }) => what === 'rollout' && values?.weight !== undefined);
  const rows = new Rows();
  let before = 0;
  return [
    `<line x1="${x(0)}" x2="${x(end)}" y1="${bottom}" y2="${bottom}" stroke="#cbd5e1"/>`,
    steps(weights.map(({ at, values }) => ({ at, value: values!.weight })), x, y, end, BLUE),
    ...weights.flatMap(({ at, text, values: { weight } = { weight: 0 } }) => {
      const changed = weight !== before;
      before = weight;
      return changed && weight > 0 ? [label(x(at) + 2, y(weight) - 4, `${weight} %`, { fill: BLUE })] : [dot(x(at), y(weight), `${at} s: ${text}`, BLUE)];
    }),
    ...happenings.filter(({ what }) => what === 'guardrails').flatMap(({ at, text, values }) => {
      const held = text.startsWith('Successful');
      const words = `${held ? 'held' : 'breached'}: ${Object.entries(values ?? {}).map(([name, value]) => `${name} ${Math.round(value * 1000) / 1000}`).join(', ')}`;
      const mark = dot(x(at), bottom, `${at} s: ${text}`, held ? GOOD : BAD);
      return held ? [mark] : [mark, label(x(at) + 4, top + 24 + 14 * rows.rowOf(x(at), words), words, { 'fill': BAD, 'font-weight': 600 })];
    }),
  ];
}

/** Which version each alias names, for as long as it does. */
function drawAliases(happenings: Happening[], { x, end, top }: Frame): string[] {
  return ['champion', 'challenger', 'previous'].flatMap((alias, row) => {
    const y = top + 20 * row;
    const versions = happenings.map(({ at, values }) => ({ at, version: values?.[alias] }));
    const changes = versions.filter(({ version }, index) => index === 0 || versions[index - 1].version !== version);
    const held = changes.map((change, index) => ({ ...change, until: changes[index + 1]?.at ?? end }));
    return [
      label(x(0) - 4, y + 11, `@${alias}`, { 'text-anchor': 'end', 'font-size': 9, 'fill': '#64748b' }),
      ...held.filter(({ version }) => version !== undefined).flatMap(({ at, until, version }) => [
        bar(x(at), x(until), y, 15, alias !== 'champion' ? '#e2e8f0' : version === 1 ? '#bbf7d0' : '#4ade80', `@${alias} is ${version} from ${at} s to ${until} s`),
        label(x(at) + 4, y + 11, `${version}`, { fill: '#0f172a' }),
      ]),
    ];
  });
}

function drawFailures(happenings: Happening[], { x, top, bottom }: Frame): string[] {
  const counts = happenings.filter(({ values }) => values?.failed !== undefined);
  if (counts.length === 0) {return [];}
  const most = Math.max(...counts.map(({ values }) => values!.failed));
  const sum = counts.reduce((all, { values }) => all + values!.failed, 0);
  return [
    ...counts.map(({ at, text, values }) => {
      const height = Math.round((values!.failed / most) * (bottom - top - 6));
      return bar(x(at), x(at + 1), bottom - height, height, BAD, `${at} s: ${text}`);
    }),
    label(x(counts.at(-1)!.at) + 8, bottom - 10, `${sum} by version ${[...new Set(counts.map(({ text }) => text.split(' failed: ')[1]))].join('; ').slice(0, 60)}`, { fill: BAD }),
  ];
}

function drawMarks(fill: string, wordsOf: (happening: Happening) => string): Lane['draw'] {
  return (happenings, { x, top }) => {
    const rows = new Rows();
    return happenings.flatMap((happening) => {
      const at = x(happening.at);
      const words = wordsOf(happening);
      const y = top + 8 + 14 * Math.min(rows.rowOf(at, words), 2);
      return [dot(at, y, `${happening.at} s: ${happening.text}`, fill), label(at + 6, y + 4, words)];
    });
  };
}

/** A value holds until the next one. */
function steps(points: { at: number; value: number }[], x: Frame['x'], y: (value: number) => number, end: number, stroke: string): string {
  if (points.length === 0) {return '';}
  const path = points.map(({ at, value }, index) => (index === 0 ? `M${x(at)},${y(value)}` : `H${x(at)}V${y(value)}`)).join('');
  return `<path d="${path}H${x(end)}" fill="none" stroke="${stroke}" stroke-width="2"/>`;
}
