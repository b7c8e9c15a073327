import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { Built } from './build';
import { isAlive } from './cache';
import { startControlPlane } from './control-plane';
import { Kubectl } from './kubectl';
import { freePorts, Processes, ProgramEnded } from './processes';
import { startSimulatedNodes } from './simulated-nodes';

/** A cluster that runs. */
export interface Bench {
  readonly kubeconfig: string;
  /** Folder with a log for each program. */
  readonly logs: string;
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
      const kubeconfig = await startParts(folder, built, processes, stopped);
      return { kubeconfig, logs, stop };
    } catch (error) {
      await stop();
      if (!(error instanceof ProgramEnded && error.portTaken && attempt < ATTEMPTS)) {throw error;}
    }
  }
}

async function startParts(folder: string, { programs, definitions, stages }: Built, processes: Processes, stopped: AbortSignal): Promise<string> {
  stopped.addEventListener('abort', () => void processes.stop());
  const { kubeconfig, answers } = await startControlPlane(folder, programs, processes, (config) =>
    installDefinitions(new Kubectl(programs.kubectl, config, folder), definitions));
  const kubectl = new Kubectl(programs.kubectl, kubeconfig, folder);
  await startSimulatedNodes(folder, programs, stages, kubeconfig, kubectl, processes);
  await startRollouts(programs, kubeconfig, kubectl, processes);
  await processes.until('a last look at the API server', () => answers('/readyz'));
  return kubeconfig;
}

/** Teaches the API server the kinds of the controllers. */
export async function installDefinitions(kubectl: Kubectl, definitions: string): Promise<void> {
  await kubectl.run('apply', '--server-side', '-f', definitions);
  await kubectl.run('wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s');
}

async function startRollouts(programs: { [name: string]: string }, kubeconfig: string, kubectl: Kubectl, processes: Processes): Promise<void> {
  const [metrics, health] = await freePorts(2);
  await kubectl.run('create', 'namespace', 'argo-rollouts');
  processes.start('argo-rollouts', programs['rollouts-controller'], [
    `--kubeconfig=${kubeconfig}`, '--namespace=argo-rollouts', '--leader-elect=false', `--metricsPort=${metrics}`, `--healthzPort=${health}`,
  ]);
  await processes.until('health of the Rollouts controller', async () => (await fetch(`http://127.0.0.1:${health}/healthz`)).ok);
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
