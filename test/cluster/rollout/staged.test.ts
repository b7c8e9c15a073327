import { Duration } from 'cdk8s';
import { FakePrometheus, Kind, Staged } from './staged';
import { AfterPatience, NoData } from '../../../src';
import { Cluster } from '../harness/cluster';
import { runtimePython } from '../harness/runtime-process';

/**
 * `mlops stage` as a process, with a token of the rendered ServiceAccount and the rendered settings, against the real API server, the real KServe
 * with its webhooks, and the definitions of Knative, Istio and the Gateway API. What Knative would say of its revisions, the tests say.
 */
const cluster = new Cluster();
jest.setTimeout(900_000);

const STAGES = [5, 25, 50, 100];
const KINDS: Kind[] = ['knative', 'kserve', 'istio', 'gateway-api'];
const POLICIES = {
  pause: NoData.pause({ upTo: Duration.seconds(2), then: AfterPatience.ABORT }),
  fail: NoData.fail(),
  pass: NoData.pass(),
};

/** What a scenario showed. */
interface Seen {
  readonly code: number | null;
  readonly share: number;
  readonly phase: string;
  readonly output: string;
}

const seen: { [name: string]: Promise<Seen> } = {};
const models = new Map<string, Promise<Staged>>();
let prometheus: FakePrometheus;

// one kind of object beside the other, and of each kind one scenario after the other; tests wait for theirs
beforeAll(async () => {
  prometheus = await FakePrometheus.start();
  const python = runtimePython();
  for (const kind of KINDS) {
    let ready = Staged.open(cluster, prometheus, python, kind);
    models.set(kind, ready);
    for (const [name, scenario] of Object.entries(scenariosOf(kind))) {
      const outcome = ready.then(scenario);
      seen[`${kind}: ${name}`] = outcome;
      ready = Promise.all([ready, outcome.catch(() => undefined)]).then(async ([model]) => {
        await model.reset();
        return model;
      });
    }
    ready.catch(() => undefined);
  }
  for (const [policy, onEmpty] of Object.entries(POLICIES)) {
    const model = Staged.open(cluster, prometheus, python, 'istio', { onEmpty });
    models.set(policy, model);
    seen[`no data: ${policy}`] = model.then((opened) => {
      opened.says(undefined);
      return ended(opened, opened.start());
    });
  }
  [...models.values(), ...Object.values(seen)].forEach((promise) => promise.catch(() => undefined));
});
afterAll(async () => {
  await Promise.allSettled(Object.values(seen));
  await Promise.allSettled([...models.values()].map(async (model) => (await model).close()));
  await prometheus?.stop();
});

function scenariosOf(kind: Kind): { [name: string]: (model: Staged) => Promise<Seen> } {
  // the stages of the last kind are those of the one before, in another object
  const stages = kind === 'gateway-api' ? [25] : STAGES;
  return {
    'good': (model) => ended(model, model.start()),
    ...Object.fromEntries(stages.map((weight) => [`breach at ${weight}`, async (model: Staged) => {
      const run = model.start();
      await model.untilShare(weight);
      model.says(0.5);
      return ended(model, run);
    }])),
    ...Object.fromEntries(stages.map((weight) => [`stopped at ${weight}`, async (model: Staged) => {
      const run = model.start();
      await model.untilShare(weight);
      run.kill('SIGTERM');
      return ended(model, run);
    }])),
    ...Object.fromEntries(stages.map((weight) => [`killed at ${weight}, then good`, async (model: Staged) => {
      await killedAt(model, weight);
      return ended(model, model.start());
    }])),
    ...Object.fromEntries(stages.map((weight) => [`killed at ${weight}, then bad`, async (model: Staged) => {
      await killedAt(model, weight);
      model.says(0.5);
      return ended(model, model.start());
    }])),
    'stopped, then good': async (model) => {
      const run = model.start();
      await model.untilShare(5);
      run.kill('SIGTERM');
      await run.ended;
      return ended(model, model.start());
    },
    'sent back, then tried again': async (model) => {
      model.says(0.5);
      await model.start().ended;
      model.says(0.001);
      return ended(model, model.start());
    },
  };
}

async function killedAt(model: Staged, weight: number): Promise<void> {
  const run = model.start();
  await model.untilShare(weight);
  run.kill('SIGKILL');
  expect((await run.ended).signal).toBe('SIGKILL');
  expect(await model.share()).toBe(weight);
}

async function ended(model: Staged, run: ReturnType<Staged['start']>): Promise<Seen> {
  const { code, output } = await run.ended;
  return { code, output, share: await model.share(), phase: (await model.state()).phase };
}

describe.each(KINDS)('shares in %s', (kind) => {
  const scenarios = Object.keys(scenariosOf(kind));
  const expectedOf = (name: string) => {
    if (name.startsWith('stopped at')) {return { code: 143, share: 0, phase: 'stopped' };}
    if (name.startsWith('breach') || name.endsWith('bad') || name.startsWith('sent back')) {return { code: 1, share: 0, phase: 'sent-back' };}
    return { code: 0, share: 100, phase: 'done' };
  };

  test.each(scenarios)('%s', async (name) => {
    const { code, share, phase, output } = await seen[`${kind}: ${name}`];

    expect({ code, share, phase, output: '' }).toEqual({ ...expectedOf(name), output: code === expectedOf(name).code ? '' : output });
  });

  test('guardrails were asked about the version by the name that its pods have', async () => {
    await Promise.all(scenarios.map((name) => seen[`${kind}: ${name}`]));
    const { namespace, candidate } = await models.get(kind)!;

    expect([...prometheus.asked.get(namespace)!]).toEqual([candidate]);
  });
});

test.each([['pause', 1, 0, 'sent-back'], ['fail', 1, 0, 'sent-back'], ['pass', 0, 100, 'done']])('no data, as the policy %s says', async (policy, code, share, phase) => {
  const found = await seen[`no data: ${policy}`];

  expect({ code: found.code, share: found.share, phase: found.phase }).toEqual({ code, share, phase });
});

test('the rights of the Job end at its object', async () => {
  const model = await models.get('istio')!;
  const path = await model.path();

  expect(await model.asJob('GET', path)).toBe(200);
  expect(await model.asJob('DELETE', path)).toBe(403);
  expect(await model.asJob('GET', `${path}-other`)).toBe(403);
  expect(await model.asJob('GET', path.replace(/[^/]+$/, ''))).toBe(403);
  expect(await model.asJob('GET', `/api/v1/namespaces/${model.namespace}/secrets`)).toBe(403);
});
