import { existsSync, readdirSync, readFileSync, readlinkSync } from 'fs';
import { setTimeout as sleep } from 'timers/promises';
import { groupsOf } from './enter';

/** Folders that containers and their networks leave things in. */
const FOLDERS = ['/run/netns', '/run/containerd', '/run/runc', '/run/xtables.lock', '/var/lib/cni', '/var/lib/containerd', '/var/lib/kubelet', '/var/log/pods', '/var/log/containers', '/etc/cni/net.d'];

/** Where nodes mount; what others mount elsewhere meanwhile is theirs. */
const MOUNTED = /^\/(run|proc|sys|etc|var\/(lib|log))(\/|$)/;

/** Settings that the kubelet and kube-proxy would like to change. */
const SETTINGS = [
  'vm/overcommit_memory', 'vm/panic_on_oom', 'kernel/panic', 'kernel/panic_on_oops', 'kernel/keys/root_maxkeys', 'kernel/keys/root_maxbytes',
  'net/ipv4/ip_forward', 'net/ipv4/conf/all/route_localnet', 'net/netfilter/nf_conntrack_max',
];

/** What the machine looked like before something ran inside namespaces, to see what is different afterwards. */
export class Traces {
  private readonly before = machine();
  private namespaces: string[] = [];

  /** Remembers the namespaces of a process that is about to start its only child in them. */
  public async follow(pid: number): Promise<void> {
    for (let attempt = 0; attempt < 100; attempt++) {
      const child = childOf(pid);
      const found = child ? namespacesOf(child) : [];
      if (found.some((namespace) => !namespacesOf('self').includes(namespace))) {
        this.namespaces = found.filter((namespace) => !namespacesOf('self').includes(namespace));
        return;
      }
      await sleep(20);
    }
  }

  /** What is there that was not, or is not that was. */
  public left(): string[] {
    const now = machine();
    const inside = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && namespacesOf(name).some((namespace) => this.namespaces.includes(namespace)));
    return [
      ...(this.namespaces.length === 0 ? ['unknown: the namespaces were not seen'] : []),
      ...inside.map((pid) => `process ${pid}`),
      ...[...now].filter((fact) => !this.before.has(fact)),
      ...[...this.before].filter((fact) => !now.has(fact)).map((fact) => `gone: ${fact}`),
    ];
  }
}

function machine(): Set<string> {
  return new Set([
    ...readFileSync('/proc/self/mounts', 'utf8').trim().split('\n').filter((line) => MOUNTED.test(line.split(' ')[1])).map((line) => `mount ${line}`),
    ...readdirSync('/sys/class/net').map((name) => `interface ${name}`),
    ...groupsOf(`cdk8s-mlops-node-${process.pid}`).map((group) => `control group ${group}`),
    ...FOLDERS.flatMap((folder) => contentOf(folder).map((path) => `file ${path}`)),
    ...SETTINGS.filter((name) => existsSync(`/proc/sys/${name}`)).map((name) => `setting ${name} = ${readFileSync(`/proc/sys/${name}`, 'utf8').trim()}`),
  ]);
}

function contentOf(path: string): string[] {
  try {
    return [path, ...readdirSync(path).map((name) => `${path}/${name}`)];
  } catch {
    return existsSync(path) ? [path] : [];
  }
}

function childOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').find((child) => child !== '');
  } catch {
    return undefined;
  }
}

function namespacesOf(pid: string): string[] {
  try {
    return ['net', 'mnt', 'pid'].map((kind) => readlinkSync(`/proc/${pid}/ns/${kind}`));
  } catch {
    // it ended meanwhile
    return [];
  }
}
