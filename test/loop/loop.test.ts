import { leaveEvidence } from './evidence';
import { History } from './history';
import { MODEL, NAMESPACE } from './names';
import { Stage } from './stage';
import { Traffic } from './traffic';
import { Labelled, Season } from './world';
import { ExampleOutput } from '../support/example';

const say = (line: string) => process.stderr.write(`  ${line}\n`);

let traffic: Traffic;
let history: History;
let written: ExampleOutput;

// before the stage, which takes everything away when its turn comes
afterAll(async () => {
  try {
    await history?.end();
    if (history) {await leaveEvidence({ history, stage, written });}
  } finally {
    traffic?.stop();
    await stage.prometheus.stop();
  }
});

const stage = new Stage();

beforeAll(async () => {
  await stage.prepare();
  written = await stage.begin();
  traffic = new Traffic(17);
  history = new History(stage, traffic, say);
  await stage.serves();
  history.begin();
}, 600_000);

const failures = () => ({ ...history.total.failures });

test('too few requests are no reason to judge, and no drift is no reason to train', async () => {
  await history.until('drift', /^check Complete/, 150);
  await history.until('drift', /share 0, samples/, 240);

  expect(await stage.cluster.list('argoproj.io/v1alpha1', 'Workflow', NAMESPACE)).toEqual([]);
  expect(failures()).toEqual({});
}, 400_000);

test('a version that is worse stops at the gate, and no user ever meets it', async () => {
  const since = history.happenings.length;
  await stage.labelled([Season.PRESENTS], Labelled.INVERTED);
  history.note('world', 'payments change, and their labels are the wrong way round');
  traffic.turnTo(Season.PRESENTS);

  await history.until('training', /^reject-unfit Succeeded/, 400, since);

  expect(history.happenings.slice(since).filter(({ what, text }) => what === 'rollout' && !text.startsWith('version 1 '))).toEqual([]);
  expect(failures()).toEqual({});
}, 500_000);

test('a version that passes the gate and fails its users goes back at the first stage', async () => {
  const since = history.happenings.length;
  await stage.labelled([Season.PRESENTS], Labelled.WITHOUT_A_COUNTRY);
  history.note('world', 'labels are right again, but those of one country are missing');

  await history.until('rollout', /aborted/, 400, since);
  await history.until('training', /^reject-sent-back Succeeded/, 200, since);

  const weights = history.happenings.slice(since).filter(({ what }) => what === 'rollout').map(({ values }) => values?.weight ?? 0);
  expect(Math.max(...weights)).toBe(5);
  expect(Object.keys(failures()).every((reason) => reason.includes("500 'PT' is not in list"))).toBe(true);
}, 700_000);

test('a good version takes over, stage by stage, while nobody is asked and no request is lost', async () => {
  const since = history.happenings.length;
  const before = failures();
  await stage.labelled([Season.PRESENTS], Labelled.GOOD);
  history.note('world', 'all labels have arrived');

  await history.until('training', /^promote Succeeded/, 500, since);
  await history.until('alias', /@previous is 1/, 60, since);

  const weights = history.happenings.slice(since).filter(({ what, text }) => what === 'rollout' && text.startsWith('version')).map(({ values }) => values!.weight);
  expect(weights).toEqual(expect.arrayContaining([5, 25, 50, 100]));
  expect(failures()).toEqual(before);
  expect(history.happenings.filter(({ what, text }) => what === 'alert' && text.includes('(page)'))).toEqual([]);
}, 700_000);

test('one call brings the version before back, after the new one served everybody', async () => {
  const since = history.happenings.length;
  const before = failures();

  await stage.cluster.create({
    apiVersion: 'argoproj.io/v1alpha1', kind: 'Workflow', metadata: { generateName: 'back-' }, spec: { workflowTemplateRef: { name: `${MODEL}-rollback` } },
  }, NAMESPACE);
  history.note('world', 'somebody calls the way back');

  await history.until('alias', /@champion is 1\b/, 120, since);
  await history.until('rollout', /^version 1 Healthy/, 180, since);
  expect(failures()).toEqual(before);
}, 400_000);

test('every move stands in the audit trail once, with the one who made it', async () => {
  const trail: any[] = JSON.parse(await stage.mlops(['audit', MODEL, '--json']));

  history.noteMoves(trail);
  expect(trail.map(({ version, move }) => `${move} ${version}`)).toEqual([
    'promote 1', 'reject 2', 'canary 3', 'reject 3', 'canary 4', 'promote 4', 'rollback 1',
  ]);
});
