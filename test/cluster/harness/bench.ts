import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { Built } from './build';
import { isAlive } from './cache';
import { ControlPlane, startControlPlane } from './control-plane';
import { startKserve } from './kserve';
import { LocalApi } from './local-api';
import { freePorts, Processes, ProgramEnded } from './processes';
import { startSimulatedNodes } from './simulated-nodes';

/** A cluster that runs. */
export interface Bench {
  readonly kubeconfig: string;
  /** Host and port on which the Rollouts controller tells its metrics. */
  readonly rolloutsMetrics: string;
  /** Folder with a log for each program. */
  readonly logs: string;
  /** Ends one of its programs as a crash would. */
  readonly kill: (program: string) => Promise<void>;
  /** Starts a program that was killed, as it was started before. */
  readonly startAgain: (program: string) => void;
  /** Ends everything and removes its folder. */
  readonly stop: () => Promise<void>;
}

const PREFIX = 'cdk8s-mlops-bench-';
const ATTEMPTS = 3;

/** A control plane with simulated nodes, definitions and the controllers that the library makes objects for. */
export async function startBench(built: Built, stopped: AbortSignal): Promise<Bench> {
  removeOrphans();
  for (let attempt = 1; ; attempt++) {
    const folder = mkdtempSync(join(tmpdir(), PREFIX));
    const logs = join(folder, 'logs');
    mkdirSync(logs);
    writeFileSync(join(folder, 'pid'), `${process.pid}`);
    const processes = new Processes(logs);
    const stop = async () => {
      await processes.stop();
      rmSync(folder, { recursive: true, force: true });
    };
    try {
      const parts = await startParts(folder, built, processes, stopped);
      return { ...parts, logs, stop, kill: (program) => processes.kill(program), startAgain: (program) => processes.startAgain(program) };
    } catch (error) {
      await stop();
      if (!(error instanceof ProgramEnded && error.portTaken && attempt < ATTEMPTS)) {throw error;}
    }
  }
}

type Started = Pick<Bench, 'kubeconfig' | 'rolloutsMetrics'>;

async function startParts(folder: string, built: Built, processes: Processes, stopped: AbortSignal): Promise<Started> {
  const { programs, definitions, stages, kserveSettings } = built;
  stopped.addEventListener('abort', () => void processes.stop());
  const plane = await startControlPlane(folder, programs, processes, (server) => createDefinitions(server, definitions));
  try {
    const [[rolloutsMetrics]] = await Promise.all([
      waitForDefinitions(plane.server, processes).then(() => Promise.all([
        startRollouts(programs, plane, processes), startKserve(folder, programs, kserveSettings, plane, processes),
      ])),
      startSimulatedNodes(folder, programs, stages, plane, processes),
    ]);
    return { kubeconfig: plane.kubeconfig, rolloutsMetrics };
  } finally {
    plane.server.close();
  }
}

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

async function createDefinitions(server: LocalApi, folder: string): Promise<void> {
  const documents = readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), 'utf8').split(/^---$/m)).filter((text) => /^kind:/m.test(text));
  await Promise.all(documents.map((text) => server.create(DEFINITIONS, text)));
}

/** Teaches the API server the kinds of the controllers. */
export async function installDefinitions(server: LocalApi, folder: string, processes: Processes): Promise<void> {
  await createDefinitions(server, folder);
  await waitForDefinitions(server, processes);
}

async function waitForDefinitions(server: LocalApi, processes: Processes): Promise<void> {
  await processes.until('that all kinds are served', async () => {
    const { body } = await server.call('GET', DEFINITIONS);
    return body.items.every(({ status }: any) => status?.conditions?.some(({ type, status: value }: any) => type === 'Established' && value === 'True'));
  });
}

/** Starts the controller of Rollouts beside a control plane that knows their kinds. */
export async function startRollouts(
  programs: { [name: string]: string }, { kubeconfig, server }: ControlPlane, processes: Processes,
): Promise<string> {
  await server.create('/api/v1/namespaces', JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'argo-rollouts' } }));
  return runRolloutsController(programs, kubeconfig, processes);
}

/** The controller alone; host and port on which it tells its metrics. */
export async function runRolloutsController(programs: { [name: string]: string }, kubeconfig: string, processes: Processes): Promise<string> {
  const [metrics, health] = await freePorts(2);
  processes.start('argo-rollouts', programs['rollouts-controller'], [
    `--kubeconfig=${kubeconfig}`, '--namespace=argo-rollouts', '--leader-elect=false', `--metricsPort=${metrics}`, `--healthzPort=${health}`,
  ]);
  await processes.until('health of the Rollouts controller', async () => (await fetch(`http://127.0.0.1:${health}/healthz`)).ok);
  return `127.0.0.1:${metrics}`;
}

/** Folders whose owner was killed before it could remove them. */
function removeOrphans(): void {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const folder = join(tmpdir(), name);
    const owner = ownerOf(folder);
    if (owner !== undefined && !isAlive(owner)) {rmSync(folder, { recursive: true, force: true });}
  }
}

function ownerOf(folder: string): number | undefined {
  try {
    return Number(readFileSync(join(folder, 'pid'), 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}
