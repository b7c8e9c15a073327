import { readFileSync } from 'fs';
import { join } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { Duration } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import { FAST, WITHIN_SECONDS } from './canaries';
import { atLeisure, Case, Court, NEW, NEWER, print, STABLE, Trial } from './court';
import { AfterPatience, NoData, TrafficRouter, Unreachable } from '../../../src';
import { Cluster } from '../harness/cluster';

/**
 * Canaries as the controller of Argo Rollouts and Prometheus judge them. All go on at once, each in a namespace of its own. No data plane of Istio
 * runs: routes are judged by the VirtualService, and requests are shared out as it says.
 */
const cluster = new Cluster();
jest.setTimeout(900_000);

const patience = Duration.seconds(8);
const policies = {
  wait: NoData.pause({ upTo: patience, then: AfterPatience.WAIT }),
  abort: NoData.pause({ upTo: patience, then: AfterPatience.ABORT }),
  fail: NoData.fail(),
  pass: NoData.pass(),
};
/** Versions about which too little is known: nothing is exported, five in a hundred requests are too few, or the histogram stands still. */
const unknowns: { [name: string]: Trial } = {
  'without data': { behaviours: { [NEW]: { exports: 'nothing' } } },
  'with too few requests': { traffic: 20 },
  'with numbers that are none': { behaviours: { [NEW]: { exports: 'without latency' } } },
};
const STAGES = [5, 25, 50, 100];
// one of five pods, and all of them
const POD_STAGES = [20, 100];
const byPods = {
  replicas: 4,
  strategy: { router: TrafficRouter.replicas(), stages: POD_STAGES.map((weight) => ({ weight, duration: Duration.seconds(FAST.stage) })) },
};

const trials: { [name: string]: Trial } = {
  'good': { manyGuardrails: true },
  ...Object.fromEntries(STAGES.map((weight) => [`breach at ${weight}`, { manyGuardrails: true }])),
  'slow': {},
  ...Object.fromEntries(Object.entries(unknowns).flatMap(([name, trial]) => Object.entries(policies)
    .map(([policy, onEmpty]) => [`${name}, ${policy}`, { ...trial, analysis: { onEmpty } }]))),
  'pass and breach': { behaviours: { [NEW]: { exports: 'without latency', failing: 0.5 } }, analysis: { onEmpty: policies.pass } },
  'by pods': byPods,
  'by pods, breach': byPods,
  'Prometheus away': { ownPrometheus: true, analysis: { onUnreachable: Unreachable.abortAfter(Duration.seconds(20)) } },
  'Prometheus back': { ownPrometheus: true, analysis: { onUnreachable: Unreachable.abortAfter(Duration.minutes(2)) } },
  'good, then bad': {},
  'bad, then good': {},
  'reconciled': {},
};

const verdicts: { [name: string]: Promise<any> } = {};
let court: Court;

beforeAll(async () => {
  court = await Court.open(cluster, process.env.KUBECONFIG!, trials);
  for (const [name, trial] of Object.entries(SCENARIOS)) {
    verdicts[name] = trial(court.case(name));
    verdicts[name].catch(() => undefined);
  }
});
afterAll(() => court?.close());

/** What happens to each canary; the answer is what its test looks at. */
const SCENARIOS: { [name: string]: (one: Case) => Promise<any> } = {
  'good': async (one) => {
    await one.deploy(NEW);
    await one.untilPromoted();
  },
  ...Object.fromEntries(STAGES.map((weight) => [`breach at ${weight}`, async (one: Case) => {
    await one.deploy(NEW);
    await one.untilWeight(weight);
    // a version about which nothing is known yet cannot be judged; at later stages the breach comes at once
    if (weight === STAGES[0]) {await one.untilMeasured();}
    const seconds = await one.breach(NEW);
    print(`from the breach at ${weight} % to abort and weight 0`, seconds);
    await one.untilPhase('Degraded');
    return seconds;
  }])),
  'slow': async (one) => {
    one.behave(NEW, { slow: 0.2 });
    await one.deploy(NEW);
    await one.untilPhase('Degraded');
  },
  ...Object.fromEntries(Object.keys(unknowns).flatMap((name) => Object.keys(policies).map((policy) => [`${name}, ${policy}`, async (one: Case) => {
    await one.deploy(NEW);
    switch (policy) {
      case 'pass': return one.untilPromoted();
      case 'wait':
        await one.untilPhase('Paused');
        return sleep(2 * FAST.stage * 1000);
      default: return one.untilPhase('Degraded');
    }
  }]))),
  'pass and breach': async (one) => {
    await one.deploy(NEW);
    await one.untilPhase('Degraded');
  },
  'by pods': async (one) => {
    const shares = new Set<number>();
    const watching = setInterval(() => shares.add(shareOfPods(one)), 100);
    try {
      await one.deploy(NEW);
      await one.untilPhase('Progressing', 'Paused');
      await one.untilPhase('Healthy');
    } finally {
      clearInterval(watching);
    }
    return shares;
  },
  'by pods, breach': async (one) => {
    await one.deploy(NEW);
    await court.observed.until(one.namespace, 'a fifth of the pods', () => shareOfPods(one) === POD_STAGES[0]);
    await one.untilMeasured();
    const flipped = Date.now();
    one.behave(NEW, { failing: 0.5 });
    await court.observed.until(one.namespace, 'an abort', () => court.observed.abortOf(one.namespace) !== undefined);
    const seconds = (court.observed.abortOf(one.namespace)! - flipped) / 1000;
    await court.observed.until(one.namespace, 'the last pod of the new version', () => !one.rollout.status.updatedReplicas);
    print('from the breach at 20 % to abort, by pods', seconds);
    print('from the breach at 20 % to the last pod of the new version, by pods', (Date.now() - flipped) / 1000);
    return seconds;
  },
  'Prometheus away': async (one) => {
    await one.deploy(NEW);
    await one.untilWeight(25);
    await one.prometheus.kill();
    const seconds = await one.breach(NEW);
    print('from the end of Prometheus to abort and weight 0, with a patience of 20 s', seconds);
    return seconds;
  },
  'Prometheus back': async (one) => {
    await one.deploy(NEW);
    await one.untilWeight(25);
    await one.prometheus.kill();
    await sleep(10_000);
    await one.prometheus.restart();
    await one.untilPromoted();
  },
  'good, then bad': async (one) => {
    await one.deploy(NEW);
    await one.untilWeight(25);
    one.behave(NEWER, { failing: 0.5 });
    await one.deploy(NEWER);
    await one.untilPhase('Degraded');
  },
  'bad, then good': async (one) => {
    one.behave(NEW, { failing: 0.5 });
    await one.deploy(NEW);
    await one.untilWeight(5);
    await one.deploy(NEWER);
    await one.untilPromoted();
  },
  'reconciled': async (one) => {
    await one.deploy(NEW);
    await one.untilWeight(5);
    const differing = new Set<string>();
    while (one.rollout.status.phase !== 'Healthy') {
      (await one.outOfSync(NEW)).forEach(({ kind }) => differing.add(kind));
      await sleep(1000);
    }
    await one.untilPromoted();
    return [...differing];
  },
};

/** Share of the pods that run the new version, in percent. */
function shareOfPods({ rollout }: Case): number {
  const { updatedReplicas = 0, availableReplicas = 0, currentPodHash, stableRS } = rollout.status;
  return currentPodHash === stableRS ? 0 : Math.round(100 * updatedReplicas / availableReplicas);
}

async function expectBackAtStable(one: Case): Promise<void> {
  const { status, spec } = one.rollout;
  expect(await one.stableVersion()).toBe(STABLE);
  expect(status).toMatchObject({ phase: 'Degraded', abort: true });
  expect(status.availableReplicas).toBeGreaterThanOrEqual(spec.replicas);
}

describe('a good version', () => {
  test('reaches all requests in the stages that were asked for, and is the stable one', async () => {
    await verdicts.good;
    const one = court.case('good');

    expect(one.weights).toEqual([...STAGES, 0]);
    expect(await one.stableVersion()).toBe(NEW);
  });

  test('is watched at each stage for as long as was asked for', async () => {
    await verdicts.good;
    const weights = court.observed.weightsOf(court.case('good').namespace).slice(-STAGES.length - 1);

    const seconds = weights.slice(1).map(({ writtenAt }, i) => (writtenAt - weights[i].writtenAt) / 1000);

    print('stages of a good version', seconds.reduce((sum, one) => sum + one));
    expect(seconds.filter((one) => one < FAST.stage - FAST.interval || one > atLeisure(FAST.stage + 10))).toEqual([]);
  });
});

describe('a version that turns bad', () => {
  test.each(STAGES)('at %i %% goes back in time, and serves no more than it did', async (weight) => {
    const seconds = await verdicts[`breach at ${weight}`];
    const one = court.case(`breach at ${weight}`);

    expect(seconds).toBeLessThanOrEqual(atLeisure(WITHIN_SECONDS));
    expect(one.weights).toEqual([...STAGES.slice(0, STAGES.indexOf(weight) + 1), 0]);
    await expectBackAtStable(one);
  });

  test('by its latency goes back at the first stage', async () => {
    await verdicts.slow;

    expect(court.case('slow').weights).toEqual([5, 0]);
    await expectBackAtStable(court.case('slow'));
  });
});

describe.each(Object.keys(unknowns))('a version %s', (name) => {
  test('waits for a person where the policy is to wait', async () => {
    await verdicts[`${name}, wait`];
    const one = court.case(`${name}, wait`);

    expect(one.weights).toEqual([5]);
    expect(one.rollout.status).toMatchObject({ phase: 'Paused', pauseConditions: [{ reason: 'InconclusiveAnalysisRun' }] });
    expect(await one.stableVersion()).toBe(STABLE);
  });

  test.each(['abort', 'fail'])('goes back where the policy is to %s', async (policy) => {
    await verdicts[`${name}, ${policy}`];
    const one = court.case(`${name}, ${policy}`);

    expect(one.weights).toEqual([5, 0]);
    await expectBackAtStable(one);
  });

  test('goes on where the policy is to pass', async () => {
    await verdicts[`${name}, pass`];
    const one = court.case(`${name}, pass`);

    expect(one.weights).toEqual([...STAGES, 0]);
    expect(await one.stableVersion()).toBe(NEW);
  });
});

test('what passes without data does not pass a breach of another number', async () => {
  await verdicts['pass and breach'];

  expect(court.case('pass and breach').weights).toEqual([5, 0]);
  await expectBackAtStable(court.case('pass and breach'));
});

describe('where pods share out the requests', () => {
  test('a good version gets the stages in pods', async () => {
    const shares: Set<number> = await verdicts['by pods'];

    expect(POD_STAGES.filter((weight) => !shares.has(weight))).toEqual([]);
    expect(await court.case('by pods').stableVersion()).toBe(NEW);
  });

  test('a breach is seen in time, and all pods of the version go', async () => {
    const seconds = await verdicts['by pods, breach'];

    expect(seconds).toBeLessThanOrEqual(atLeisure(WITHIN_SECONDS));
    await expectBackAtStable(court.case('by pods, breach'));
  });
});

describe('without Prometheus', () => {
  test('a canary goes back when the patience ends, and gets no further', async () => {
    const seconds = await verdicts['Prometheus away'];

    expect(seconds).toBeGreaterThanOrEqual(18);
    expect(seconds).toBeLessThanOrEqual(atLeisure(20 + 10 + FAST.interval));
    expect(court.case('Prometheus away').weights).toEqual([5, 25, 0]);
  });

  test('a canary goes on when Prometheus is back in time', async () => {
    await verdicts['Prometheus back'];

    expect(court.case('Prometheus back').weights).toEqual([...STAGES, 0]);
    expect(await court.case('Prometheus back').stableVersion()).toBe(NEW);
  });
});

describe('a version that comes during the canary of another', () => {
  test('begins with the first stage, and goes back where it is bad', async () => {
    await verdicts['good, then bad'];

    expect(court.case('good, then bad').weights.filter((weight) => weight > 0)).toEqual([5, 25, 5]);
    await expectBackAtStable(court.case('good, then bad'));
  });

  test('takes over from a bad one', async () => {
    await verdicts['bad, then good'];
    const one = court.case('bad, then good');

    // the first share is that of the bad one
    expect(one.weights.filter((weight) => weight > 0)).toEqual([5, 5, 25, 50, 100]);
    expect(await one.stableVersion()).toBe(NEWER);
  });
});

test('Argo CD sees no difference at any time of a canary, so it does not sync what the controller moves', async () => {
  const { syncOptions } = court.case('reconciled').write(NEW).additions;

  expect(syncOptions).toEqual(expect.arrayContaining(['RespectIgnoreDifferences=true', 'ApplyOutOfSyncOnly=true']));
  expect(await verdicts.reconciled).toEqual([]);

  expect(court.case('reconciled').weights).toEqual([...STAGES, 0]);
  expect(await court.case('reconciled').stableVersion()).toBe(NEW);
});

test('the controller refuses a canary as tutorials show it', async () => {
  const namespace = await cluster.namespace();
  const documents = parseAllDocuments(readFileSync(join(__dirname, '..', 'judged', 'tutorial-canary.yaml'), 'utf8')).map((document) => document.toJSON());
  for (const object of documents) {
    expect((await cluster.apply(object, namespace)).status).toBe(201);
  }

  await court.observed.untilPhase(namespace, 'Degraded');

  const { conditions } = court.observed.rolloutOf(namespace).status;
  expect(conditions.find(({ type }: any) => type === 'InvalidSpec')).toMatchObject({ status: 'True', reason: 'InvalidSpec' });
});
