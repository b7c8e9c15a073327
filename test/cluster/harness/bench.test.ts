import { existsSync, readdirSync, readFileSync, readlinkSync } from 'fs';
import { request } from 'https';
import { tmpdir } from 'os';
import { dirname, join } from 'path';
import { isAlive } from './cache';
import { Owned, startOwner, stopOwner } from './owner';
import { freePorts, Processes, ProgramEnded } from './processes';
import { Prometheus } from './prometheus';
import { temporaryFolder } from '../../support/folders';

/** How often in a row; more of it by hand, such as BENCH_STARTS=20. */
const STARTS = Number(process.env.BENCH_STARTS ?? 1);

// several starts in one test, on a machine that may be busy
jest.setTimeout(600_000 + STARTS * 60_000);

/** What runs for a bench: its owner, and what the owner started. */
function processesOf({ owner }: Owned): number[] {
  return [owner.pid!, ...childrenOf(owner.pid!)];
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter((child) => child !== '').map(Number);
}

async function allGone(pids: number[]): Promise<void> {
  for (let waited = 0; pids.some(isRunning); waited++) {
    if (waited > 100) {throw new Error(`processes ${pids.filter(isRunning).join(', ')} are still there`);}
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What nobody has waited for yet is gone all the same. */
function isRunning(pid: number): boolean {
  try {
    return isAlive(pid) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** 127.0.0.1, as the kernel writes it. */
const LOOPBACK = '0100007F';

/** Addresses of the sockets that a process listens on, of both versions of IP. */
function listensOn(pid: number): string[] {
  const sockets = readdirSync(`/proc/${pid}/fd`).map((fd) => linkOf(`/proc/${pid}/fd/${fd}`)).filter((link) => link.startsWith('socket:'));
  return ['tcp', 'tcp6'].flatMap((table) => readFileSync(`/proc/net/${table}`, 'utf8').split('\n').slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === '0A' && sockets.includes(`socket:[${inode}]`))
    .map(([, local]) => local.split(':')[0]));
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function folderOf(bench: Owned): string {
  return dirname(bench.kubeconfig);
}

const A_MONITOR = {
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'PodMonitor',
  metadata: { name: 'models', namespace: 'default' },
  spec: { selector: { matchLabels: { app: 'model' } }, podMetricsEndpoints: [{ port: 'metrics' }] },
};

// what runs and listens is read from /proc
const onLinux = existsSync('/proc/net/tcp') ? describe : describe.skip;

onLinux('a bench leaves nothing behind', () => {
  test('when it is stopped', async () => {
    for (let start = 0; start < STARTS; start++) {
      const mounts = readFileSync('/proc/mounts', 'utf8');
      const [children, folders] = [childrenOf(process.pid), foldersOf(process.pid)];
      const bench = await startOwner({ outlives: false });
      const prometheus = await Prometheus.reserve();
      await prometheus.start({ kubeconfig: bench.kubeconfig, podMonitors: [A_MONITOR] });
      const pids = processesOf(bench);
      // each program has a log
      expect(pids.length).toBe(1 + readdirSync(bench.logs).length);

      await prometheus.stop();
      await stopOwner(bench);

      expect([...pids, ...childrenOf(process.pid)].filter(isRunning)).toEqual(children);
      expect(existsSync(folderOf(bench))).toBe(false);
      expect(foldersOf(process.pid)).toEqual(folders);
      expect(readFileSync('/proc/mounts', 'utf8')).toBe(mounts);
    }
  });

  test('when whoever started it is gone', async () => {
    const bench = await startOwner({ outlives: false });
    const pids = processesOf(bench);

    bench.owner.stdin!.destroy();
    await allGone(pids);

    expect(existsSync(folderOf(bench))).toBe(false);
  });

  test('when its owner is killed: programs end at once, and the next bench removes the folder', async () => {
    const killed = await startOwner({ outlives: false });
    const pids = processesOf(killed);
    process.kill(killed.owner.pid!, 'SIGKILL');
    await allGone(pids);

    await stopOwner(await startOwner({ outlives: false }));

    expect(existsSync(folderOf(killed))).toBe(false);
  });

  test('when it is interrupted while it starts', async () => {
    const others = childrenOf(process.pid);
    const starting = startOwner({ outlives: false }).catch((error) => error);
    const [owner] = childrenOf(process.pid).filter((child) => !others.includes(child));
    while (childrenOf(owner).length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const pids = [owner, ...childrenOf(owner)];
    process.kill(owner, 'SIGINT');

    expect(await starting).toEqual(new Error('the bench did not start (exit code 0); what it said is above'));
    await allGone(pids);
    expect(foldersOf(owner)).toEqual([]);
  });
});

onLinux('a bench listens', () => {
  let bench: Owned;
  beforeAll(async () => {
    bench = await startOwner({ outlives: false });
  });
  afterAll(() => stopOwner(bench));

  test('on the loopback interface only', () => {
    const addresses = processesOf(bench).flatMap(listensOn);

    expect(addresses.length).toBeGreaterThanOrEqual(7);
    expect(new Set(addresses)).toEqual(new Set([LOOPBACK]));
  });

  test('to nobody without a token', async () => {
    const server = /server: (\S+)/.exec(readFileSync(bench.kubeconfig, 'utf8'))![1];
    const status = await new Promise((resolve, reject) => {
      request(`${server}/api/v1/secrets`, { rejectUnauthorized: false }, (response) => resolve(response.resume().statusCode)).on('error', reject).end();
    });

    expect(status).toBe(401);
  });
});

describe('a program', () => {
  test('that ends by itself is reported with its last words', async () => {
    const logs = temporaryFolder();
    const processes = new Processes(logs);
    processes.start('etcd', '/bin/sh', ['-c', 'echo listen tcp 127.0.0.1:1: bind: address already in use; exit 1']);

    const failure = await processes.until('readiness', async () => false).catch((error) => error);

    expect(failure).toBeInstanceOf(ProgramEnded);
    expect(failure.message).toBe('etcd ended by itself\nlast lines of etcd:\n  listen tcp 127.0.0.1:1: bind: address already in use');
    expect(failure.portTaken).toBe(true);
  });

  test('that does not become ready is reported with its last words', async () => {
    const processes = new Processes(temporaryFolder());
    processes.start('slow', '/bin/sh', ['-c', 'echo thinking; sleep 60']);

    await expect(processes.until('readiness', async () => false, 1)).rejects.toThrow('readiness did not happen within 1 s\nlast lines of slow:\n  thinking');
    await processes.stop();
  });

  test('gets a port of its own', async () => {
    const ports = await freePorts(20);

    expect(new Set(ports).size).toBe(20);
  });
});

function foldersOf(owner: number): string[] {
  return readdirSync(tmpdir())
    .filter((name) => name.startsWith('cdk8s-mlops-bench-') && existsSync(join(tmpdir(), name, 'pid')))
    .filter((name) => Number(readFileSync(join(tmpdir(), name, 'pid'), 'utf8')) === owner);
}
