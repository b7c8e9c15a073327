import { cpSync } from 'fs';
import { join } from 'path';
import { Duration } from 'cdk8s';
import { Census, takeCensus } from './census';
import { Fault, FAULTS } from './faults';
import { goldenSetOfSoak, labelledIn } from './weather';
import { Cluster } from '../../cluster/harness/cluster';
import { Kubectl } from '../../cluster/harness/kubectl';
import { RealCluster } from '../../cluster/node/real-nodes';
import { ExampleOutput } from '../../support/example';
import { leaveEvidence } from '../evidence';
import { Happening, History } from '../history';
import { MODEL, NAMESPACE } from '../names';
import { buildLoopParts } from '../parts';
import { Stage } from '../stage';
import { startLoop } from '../start';
import { PACE } from '../synthesized';
import { Traffic } from '../traffic';
import { Labelled, Season, seeded } from '../world';

/** Seven days in which the world does not stand still: a drift event every eight hours, which are minutes here. Fewer for a try: `SOAK_EVENTS=3`. */
const EVENTS = Number(process.env.SOAK_EVENTS ?? 21);
const SEED = Number(process.env.SOAK_SEED ?? 7);
const ENDED = /^run (Succeeded|Failed|Error)/;
const LOGS = join(__dirname, '..', '..', '..', 'test-reports', 'soak-logs');
const say = (line: string) => process.stderr.write(`  ${line}\n`);

/** One time at which the world turned. */
interface Turn {
  /** What was wrong with the labels that the training found. */
  readonly kind: Labelled;
  /** What broke, and what became of that. */
  readonly fault: string;
  readonly struck: string;
  readonly version?: number;
  /** The last step of the run. */
  readonly end: string;
}

let cluster: RealCluster;
let stage: Stage;
let traffic: Traffic;
let history: History;
let written: ExampleOutput;
const turns: Turn[] = [];
/** What there was after each turn. */
const censuses: Census[] = [];

beforeAll(async () => {
  const parts = await buildLoopParts({ log: say });
  cluster = await startLoop(parts);
  stage = new Stage(Cluster.ofBench(cluster.kubeconfig));
  await stage.prepare();
  written = await stage.begin({
    golden: goldenSetOfSoak(),
    first: labelledIn(Season.USUAL, Labelled.GOOD, SEED),
    pace: { ...PACE, minimumSamples: 3300, trainingsPerWeek: 1000, coolDown: Duration.seconds(20) },
  });
  traffic = new Traffic(SEED);
  history = new History(stage, traffic, say);
  await stage.serves();
  history.begin();
  await history.until('alias', /@champion is 1/, 60);
  const random = seeded(SEED);
  const faults = shuffled(FAULTS, random);
  let season = Season.USUAL;
  for (let index = 0; index < EVENTS; index++) {
    const before = champion();
    if (index === 0 || turns.at(-1)!.end === 'promote Succeeded') {season = season === Season.USUAL ? Season.PRESENTS : Season.USUAL;}
    const fault = faults[index % faults.length];
    turns.push(await turn(season, fault.reaches[Math.floor(random() * fault.reaches.length)], fault, index));
    const { kind, struck, end } = turns.at(-1)!;
    say(`        turn ${index + 1} of ${EVENTS}: labels ${kind}; ${fault.name}, ${struck}; ${end}; champion ${before} -> ${champion()}`);
  }
  await settle();
}, EVENTS * 900_000 + 600_000);

afterAll(async () => {
  try {
    await history?.end();
    if (history) {await leaveEvidence({ history, stage, written });}
  } finally {
    if (cluster) {[cluster.logs, cluster.podLogs].forEach((folder) => cpSync(folder, LOGS, { recursive: true }));}
    traffic?.stop();
    await stage?.prometheus.stop();
    await cluster?.processes.stop();
  }
}, 120_000);

/** The world turns, the model drifts, something breaks, and a version is made. */
async function turn(season: Season, kind: Labelled, fault: Fault, index: number): Promise<Turn> {
  // the next run may begin as soon as the one before has ended, so labels come first
  const since = endOfRuns();
  const after = () => history.happenings.slice(since);
  await stage.learnFrom(labelledIn(season, kind, SEED + index));
  history.note('world', `${season} payments, labels ${kind}, ${fault.name} breaks`);
  traffic.turnTo(season);
  if (index > 0) {await settle();}
  let over = false;
  const striking = fault.strike({ cluster, stage, kubectl: new Kubectl(process.env.KUBECTL!, process.env.KUBECONFIG!, '/run/bench'), isOver: () => over });
  try {
    await history.until('training', /^run Running/, 420, since);
    await history.until('training', ENDED, 900, since);
  } finally {
    over = true;
  }
  const struck = await striking;
  return { kind, fault: fault.name, struck, version: after().find(({ what }) => what === 'gate')?.values?.version, end: lastStep(after()) };
}

/** What serves is the champion; then everything is counted. */
async function settle(): Promise<void> {
  await stage.cluster.eventually('a champion that serves', async () => {
    const [{ status }] = await stage.cluster.list('argoproj.io/v1alpha1', 'Rollout', NAMESPACE);
    const sets = await stage.cluster.list('apps/v1', 'ReplicaSet', NAMESPACE, { 'rollouts-pod-template-hash': status.stableRS });
    const serving = Number(sets[0]?.spec.template.metadata.labels['app.kubernetes.io/version']);
    return serving === champion() || `version ${serving} serves, and the champion is ${champion()}`;
  }, 240);
  censuses.push(await takeCensus(stage));
}

/** Index of what happened after the last run ended. */
function endOfRuns(): number {
  return history.happenings.reduce((end, { what, text }, index) => (what === 'training' && ENDED.test(text) ? index + 1 : end), 0);
}

function champion(): number | undefined {
  return history.happenings.filter(({ what }) => what === 'alias').at(-1)?.values?.champion;
}

function lastStep(happenings: Happening[]): string {
  return happenings.filter(({ what, text }) => what === 'training' && !text.startsWith('run ')).at(-1)?.text ?? 'nothing';
}

function shuffled<T>(items: T[], random: () => number): T[] {
  return items.map((item) => ({ item, lot: random() })).sort((one, other) => one.lot - other.lot).map(({ item }) => item);
}

const versionsOf = (wanted: Labelled) => turns.filter(({ kind, version }) => kind === wanted && version !== undefined).map(({ version }) => version!);
const mostOf = (version: number) => Math.max(0, ...history.happenings
  .filter(({ what, text }) => what === 'rollout' && text.startsWith(`version ${version} `)).map(({ values }) => values?.weight ?? 0));

test('whatever breaks meanwhile, a good version takes over, and a bad one does not', () => {
  const ends = { [Labelled.GOOD]: 'promote Succeeded', [Labelled.INVERTED]: 'reject-unfit Succeeded', [Labelled.WITHOUT_A_COUNTRY]: 'reject-sent-back Succeeded' };

  expect(turns.map(({ kind, fault, end }) => `${fault}: ${kind}, ${end}`)).toEqual(turns.map(({ kind, fault }) => `${fault}: ${kind}, ${ends[kind]}`));
});

test('everything broke that was to break', () => {
  expect(turns.filter(({ struck }) => struck.startsWith('no:')).map(({ fault, struck }) => `${fault}: ${struck}`)).toEqual([]);
});

test('no bad version ever got more than the first stage, and those that the gate sees got nothing', () => {
  expect(versionsOf(Labelled.INVERTED).filter((version) => mostOf(version) > 0)).toEqual([]);
  expect(versionsOf(Labelled.WITHOUT_A_COUNTRY).filter((version) => mostOf(version) > 5)).toEqual([]);
});

test('at every moment there was a champion, and it was a good version', () => {
  const champions = new Set(history.happenings.filter(({ what }) => what === 'alias').map(({ values }) => values!.champion));

  expect([...champions].filter((version) => version !== 1 && !versionsOf(Labelled.GOOD).includes(version))).toEqual([]);
});

test('what fails its users is a bad version at its first stage, or a pod that was killed', () => {
  const bad = versionsOf(Labelled.WITHOUT_A_COUNTRY);
  const others = Object.entries(history.total.failures).filter(([reason]) => !bad.includes(Number(reason.split(':')[0])));

  say(`requests that failed without a bad version: ${JSON.stringify(others)} of ${history.total.requests}`);
  expect(others.reduce((sum, [, count]) => sum + count, 0) / history.total.requests).toBeLessThan(0.002);
});

test('the audit trail has no gap, and ends with the champion that serves', async () => {
  const trail: any[] = JSON.parse(await stage.mlops(['audit', MODEL, '--json']));
  history.noteMoves(trail);

  expect(trail.at(-1).after.champion).toBe(`${champion()}`);
  expect(trail.map(({ sequence }) => sequence)).toEqual(trail.map((_, index) => index + 1));
});

test('nothing piles up but what each version keeps', () => {
  const last = censuses.at(-1)!;
  say(JSON.stringify(last));

  // rollouts keep ten, jobs three good and three bad ones and what runs; a run of the pipeline is kept for days, as a person may ask for it
  const bounds: { [kind: string]: number } = {
    'ReplicaSet': 12, 'Job': 7, 'AnalysisRun': 40, 'ConfigMap': 5, 'Secret': 1, 'Service': 2, 'Workflow': EVENTS + 1, 'running Pod': 8,
  };
  expect(Object.entries(last.objects).filter(([kind, count]) => count > bounds[kind])).toEqual([]);
  // the lifecycle of the bucket ends logs and reports, which each check adds to
  const kept = ({ bucket }: Census) => Object.entries(bucket)
    .filter(([folder]) => !['predictions-log', 'reports'].includes(folder)).reduce((sum, [, count]) => sum + count, 0);
  const growth = censuses.slice(1).map((census, index) => kept(census) - kept(censuses[index]));
  expect(growth.filter((each) => each > 12)).toEqual([]);
});
