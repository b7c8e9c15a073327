import { execFile } from 'child_process';
import { setTimeout as sleep } from 'timers/promises';
import { Kubectl } from '../../cluster/harness/kubectl';
import { RealCluster } from '../../cluster/node/real-nodes';
import { NAMESPACE } from '../names';
import { BESIDE, urlOf } from '../servers';
import { Stage } from '../stage';
import { Labelled } from '../world';

/** What a fault can reach. */
export interface Struck {
  readonly cluster: RealCluster;
  readonly stage: Stage;
  readonly kubectl: Kubectl;
  /** Whether the run that is struck has ended, so that what is waited for can no longer come. */
  readonly isOver: () => boolean;
}

/** Something that breaks while a version is on its way. */
export interface Fault {
  readonly name: string;
  /** What may be wrong with the labels of a version that gets as far. */
  readonly reaches: Labelled[];
  /** Breaks it when its moment has come; what became of it. */
  readonly strike: (struck: Struck) => Promise<string>;
}

const AWAY_MS = 5000;
const ANY = [Labelled.GOOD, Labelled.INVERTED, Labelled.WITHOUT_A_COUNTRY];
const BEHIND_THE_GATE = [Labelled.GOOD, Labelled.WITHOUT_A_COUNTRY];
const BAD = [Labelled.INVERTED, Labelled.WITHOUT_A_COUNTRY];
const CHECK = /-drift-\d+-\w+$/;
const step = (name: string) => new RegExp(`-${name}-\\d+$`);

/**
 * All of them: pods of each step, of the check and of the version that serves; programs, each at the moment at which it is needed. The object store
 * is not among them, as the mock keeps everything in memory.
 */
export const FAULTS: Fault[] = [
  ...['take-snapshot', 'validate-data', 'train', 'test-model', 'register', 'evaluate'].map((name) => podOf(`step ${name}`, step(name), ANY)),
  ...['challenge', 'release'].map((name) => podOf(`step ${name}`, step(name), BEHIND_THE_GATE)),
  podOf('step promote', step('promote'), [Labelled.GOOD]),
  podOf('step reject', step('reject'), BAD),
  podOf('check for drift', CHECK, ANY),
  podOf('a server', step('release'), BEHIND_THE_GATE, { 'cdk8s-mlops.io/rollout-role': 'stable' }),
  program('argo-rollouts', step('release'), BEHIND_THE_GATE),
  program('kube-apiserver', step('release'), BEHIND_THE_GATE),
  program('kube-controller-manager', step('train'), ANY),
  program('kube-scheduler', step('train'), ANY),
  program('workflow-controller', step('train'), ANY),
  program('pushgateway', CHECK, ANY),
  at('mlflow', step('train'), ANY, async ({ cluster: { processes } }) => {
    await processes.kill('mlflow');
    // what answers is a child of what was started, and outlives it
    await new Promise((resolve) => execFile('pkill', ['-KILL', '-f', `uvicorn .*--port ${BESIDE.mlflow.port}`], resolve));
    await sleep(AWAY_MS);
    const answered = await fetch(`${urlOf(BESIDE.mlflow)}/health`).then(() => true, () => false);
    processes.startAgain('mlflow');
    await processes.until('health of MLflow', async () => (await fetch(`${urlOf(BESIDE.mlflow)}/health`)).ok, 120);
    return answered ? 'no: MLflow answered all the time' : 'MLflow was away';
  }),
  at('prometheus', step('release'), BEHIND_THE_GATE, async ({ stage: { prometheus } }) => {
    await prometheus.kill();
    await sleep(AWAY_MS);
    await prometheus.restart();
    return 'Prometheus was away';
  }),
];

/** Programs that are killed, and come back five seconds later. */
function program(name: string, moment: RegExp, reaches: Labelled[]): Fault {
  return at(name, moment, reaches, async ({ cluster: { processes } }) => {
    await processes.kill(name);
    await sleep(AWAY_MS);
    processes.startAgain(name);
    return `${name} was away`;
  });
}

/** A pod is killed as by a node that goes away. */
function podOf(name: string, moment: RegExp, reaches: Labelled[], labels?: { [name: string]: string }): Fault {
  return at(name, moment, reaches, async ({ stage, kubectl }, found) => {
    const pod = labels ? (await podsOf(stage, labels))[0]?.metadata.name : found;
    await kubectl.run('delete', 'pod', pod, '--namespace', NAMESPACE, '--grace-period=0', '--force');
    return `pod ${pod} was killed`;
  });
}

/** Something happens while a pod of this name runs; what was a moment too late is tried again. */
function at(name: string, moment: RegExp, reaches: Labelled[], happens: (struck: Struck, pod: string) => Promise<string>): Fault {
  return {
    name,
    reaches,
    strike: async (struck) => {
      let trouble = '';
      while (!struck.isOver()) {
        const pod = (await podsOf(struck.stage).catch(() => [])).find(({ metadata }) => moment.test(metadata.name))?.metadata.name;
        if (pod) {
          try {
            return await happens(struck, pod);
          } catch (error) {
            trouble = `: ${(error as Error).message}`;
          }
        }
        await sleep(200);
      }
      return `no: its moment did not come${trouble}`;
    },
  };
}

async function podsOf({ cluster }: Stage, labels?: { [name: string]: string }): Promise<any[]> {
  const pods = await cluster.list('v1', 'Pod', NAMESPACE, labels) ?? [];
  return pods.filter(({ metadata, status }) => status?.phase === 'Running' && !metadata.deletionTimestamp);
}
