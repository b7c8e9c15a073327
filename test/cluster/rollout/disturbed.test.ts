import { setTimeout as sleep } from 'timers/promises';
import { WITHIN_SECONDS } from './canaries';
import { atLeisure, Case, Court, NEW, print, STABLE } from './court';
import { Bench, startBench } from '../harness/bench';
import { build } from '../harness/build';
import { Cluster } from '../harness/cluster';

/**
 * Canaries whose controller is killed, and whose API server is, in a control plane of their own. A cluster that somebody else runs is left alone.
 */
jest.setTimeout(900_000);
const onOurs = process.env.CLUSTER === 'existing' ? describe.skip : describe;

onOurs('a control plane that breaks', () => {
  const AWAY_SECONDS = 5;
  const leaving = new AbortController();
  let bench: Bench;
  let court: Court;
  const back: { [program: string]: number } = {};
  const seconds: { [name: string]: number } = {};

  beforeAll(async () => {
    bench = await startBench(await build({ log: (line) => process.stderr.write(`${line}\n`) }), leaving.signal);
    court = await Court.open(Cluster.ofBench(bench.kubeconfig), bench.kubeconfig, { 'good': {}, 'bad without controller': {}, 'bad without API server': {} });
    const [good, withoutController, withoutServer] = ['good', 'bad without controller', 'bad without API server'].map((name) => court.case(name));
    await Promise.all([good, withoutController, withoutServer].map((one) => one.deploy(NEW)));

    await Promise.all([good, withoutController, withoutServer].map((one) => one.untilWeight(25)));
    await breaks('argo-rollouts', withoutController);
    seconds.controller = await untilBack(withoutController, 'argo-rollouts');

    await Promise.all([good, withoutServer].map((one) => one.untilWeight(50)));
    await breaks('kube-apiserver', withoutServer);
    seconds.server = await untilBack(withoutServer, 'kube-apiserver');
    await good.untilPromoted();
  });
  afterAll(async () => {
    await court?.close();
    await bench?.stop();
  });

  /** A program is away for a while, in which a version turns bad. */
  async function breaks(program: string, one: Case): Promise<void> {
    await bench.kill(program);
    one.behave(NEW, { failing: 0.5 });
    await sleep(AWAY_SECONDS * 1000);
    bench.startAgain(program);
    back[program] = Date.now();
  }

  async function untilBack(one: Case, program: string): Promise<number> {
    await one.untilPhase('Degraded');
    await one.untilWeight(0);
    const taken = (Date.now() - back[program]) / 1000;
    print(`from the new start of ${program} to abort and weight 0`, taken);
    return taken;
  }

  test('does not keep a good version from all requests', async () => {
    expect(court.case('good').weights).toEqual([5, 25, 50, 100, 0]);
    expect(await court.case('good').stableVersion()).toBe(NEW);
  });

  test.each([
    ['controller', 'bad without controller', [5, 25, 0]],
    ['server', 'bad without API server', [5, 25, 50, 0]],
  ])('lets no version that turns bad meanwhile get further: %s', async (program, name, weights) => {
    const one = court.case(name);

    expect(one.weights).toEqual(weights);
    expect(seconds[program]).toBeLessThanOrEqual(atLeisure(START_SECONDS + WITHIN_SECONDS));
    expect(one.rollout.status).toMatchObject({ phase: 'Degraded', abort: true });
    expect(await one.stableVersion()).toBe(STABLE);
  });
});

/** What a program may take until it works again. */
const START_SECONDS = 15;
