import { ChildProcess, spawn } from 'child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'fs';
import { join } from 'path';

const GROUPS = '/sys/fs/cgroup';

/** Name of the control groups of everything that is started inside. */
export const GROUP_VARIABLE = 'CDK8S_MLOPS_NODE_GROUP';

/** A command that runs in namespaces of its own. */
export interface Inside {
  /** Name of its control groups. */
  readonly group: string;
  /** Process that ends everything inside when it ends. */
  readonly pid: number;
  /** Exit code, once nothing of it is left. */
  readonly ended: Promise<number>;
  /** Ends everything inside. */
  readonly kill: () => void;
}

/**
 * Runs a command as the only tenant of a network, mounts and process ids: whatever it starts and makes there ends with it, because the kernel
 * ends and forgets namespaces that nobody is in. Control groups are in no namespace; a process of their own removes them, even when this one is
 * killed.
 */
export function enter(command: string[]): Inside {
  const group = `cdk8s-mlops-node-${process.pid}`;
  makeGroup(group);
  const cleaner = spawn(join(__dirname, 'remove-groups.sh'), [group], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  const cleaned = exitOf(cleaner);
  const child = spawn('setpriv', [
    '--pdeathsig', 'KILL', '--', 'unshare', '--net', '--mount', '--pid', '--ipc', '--uts', '--propagation', 'private', '--mount-proc', '--fork', '--kill-child=KILL',
    '--', join(__dirname, 'enter.sh'), ...command,
  ], { stdio: 'inherit', env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin`, [GROUP_VARIABLE]: group } });
  const ended = exitOf(child).then(async (code) => {
    cleaner.stdin!.end();
    if (await cleaned !== 0) {throw new Error(`control groups '${group}' could not be removed: a process is still in them`);}
    return code;
  });
  return { group, pid: child.pid!, ended, kill: () => child.kill('SIGKILL') };
}

/** Makes a control group in every hierarchy. */
export function makeGroup(name: string): void {
  hierarchies().forEach((hierarchy) => mkdirSync(join(hierarchy, name), { recursive: true }));
}

/** Control groups whose names begin like this. */
export function groupsOf(prefix: string): string[] {
  return hierarchies().flatMap((hierarchy) => readdirSync(hierarchy).filter((name) => name.startsWith(prefix)).map((name) => join(hierarchy, name)));
}

/** One for each controller in version 1, one for all in version 2. */
function hierarchies(): string[] {
  if (existsSync(join(GROUPS, 'cgroup.controllers'))) {return [GROUPS];}
  return readFileSync('/proc/mounts', 'utf8').split('\n').map((line) => line.split(' '))
    .filter(([, folder, type]) => type === 'cgroup' && folder.startsWith(`${GROUPS}/`)).map(([, folder]) => folder);
}

function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
