import { setTimeout as sleep } from 'timers/promises';
import { Kubectl } from '../../cluster/harness/kubectl';
import { RealCluster } from '../../cluster/node/real-nodes';
import { NAMESPACE, Stage } from '../stage';

/** What a fault can reach. */
export interface Struck {
  readonly cluster: RealCluster;
  readonly stage: Stage;
  readonly kubectl: Kubectl;
  /** Ends when the run that is struck has ended, whether or not the fault found what it was looking for. */
  readonly isOver: () => boolean;
}

/** Something that breaks while a version is on its way. */
export interface Fault {
  readonly name: string;
  /** Breaks it; what became of it. */
  readonly strike: (struck: Struck) => Promise<string>;
}

const AWAY_MS = 5000;

/** Programs that are killed, and come back five seconds later. The object store is not among them: the mock keeps everything in memory. */
const PROGRAMS = ['argo-rollouts', 'workflow-controller', 'kube-apiserver', 'kube-controller-manager', 'mlflow', 'pushgateway'];

/** Steps of the pipeline, whose pods are killed while they run. */
const STEPS = ['take-snapshot', 'validate-data', 'train', 'test-model', 'register', 'evaluate', 'challenge', 'release', 'promote', 'reject'];

/** All of them, each once: a run of twenty events meets every one. */
export const FAULTS: Fault[] = [
  ...STEPS.map((step) => podOf(`step ${step}`, new RegExp(`-${step}-\\d+$`))),
  podOf('check for drift', /-drift-\d+-\w+$/),
  { name: 'nothing', strike: async () => 'nothing broke' },
  ...PROGRAMS.map((program) => ({
    name: program,
    strike: async ({ cluster: { processes } }: Struck) => {
      await processes.kill(program);
      await sleep(AWAY_MS);
      processes.startAgain(program);
      return `${program} was away for ${AWAY_MS / 1000} s`;
    },
  })),
  {
    name: 'prometheus',
    strike: async ({ stage: { prometheus } }) => {
      await prometheus.kill();
      await sleep(AWAY_MS);
      await prometheus.restart();
      return `Prometheus was away for ${AWAY_MS / 1000} s`;
    },
  },
  podOf('a server', /-serving-rollout-/),
];

/** A pod is killed as by a node that goes away. */
function podOf(name: string, pattern: RegExp): Fault {
  return {
    name,
    strike: async ({ stage, kubectl, isOver }) => {
      while (!isOver()) {
        const pods = await stage.cluster.list('v1', 'Pod', NAMESPACE).catch(() => []);
        const found = pods.find(({ metadata, status }) => status?.phase === 'Running' && pattern.test(metadata.name));
        if (found) {
          await kubectl.run('delete', 'pod', found.metadata.name, '--namespace', NAMESPACE, '--grace-period=0', '--force');
          return `pod ${found.metadata.name} was killed`;
        }
        await sleep(300);
      }
      return `no pod of ${name} ran`;
    },
  };
}
