import { spawnSync } from 'child_process';
import { existsSync } from 'fs';
import { delimiter, join } from 'path';

/** What a real node runs on, and the Debian package that brings it. */
const NEEDED: { [program: string]: string } = {
  'unshare': 'util-linux',
  'ip': 'iproute2',
  'iptables': 'iptables',
  'modprobe': 'kmod',
  'containerd': 'containerd',
  'runc': 'runc',
  '/usr/lib/cni/bridge': 'containernetworking-plugins',
  'buildah': 'buildah',
  'docker-registry': 'docker-registry',
  'mmdebstrap': 'mmdebstrap',
};

/** Why no real node can run here, and what to do about it; nothing where one can. */
export function obstacle(): string | undefined {
  if (process.platform !== 'linux') {return `a real node needs Linux, this is ${process.platform}; run this on a Linux machine or in a virtual one`;}
  if (process.getuid!() !== 0) {return 'a real node needs root, to make namespaces, mounts and control groups; run this with sudo, or in a virtual machine as root';}
  const missing = missingPackages();
  return missing.length === 0 ? undefined : `a real node needs ${missing.join(', ')}; install with: apt-get install --no-install-recommends ${missing.join(' ')}`;
}

/** Installs what is missing, where this is a Debian and we may. */
export function installMissing(log: (line: string) => void): void {
  const missing = missingPackages();
  if (missing.length === 0 || process.platform !== 'linux' || process.getuid!() !== 0 || !find('apt-get')) {return;}
  log(`installing ${missing.join(', ')}`);
  const started = Date.now();
  for (const args of [['update', '-qq'], ['install', '-y', '-qq', '--no-install-recommends', ...missing]]) {
    const { status, stderr } = spawnSync('apt-get', args, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, encoding: 'utf8' });
    if (status !== 0) {throw new Error(`apt-get ${args.join(' ')} failed; install ${missing.join(', ')} yourself\n${stderr.trim()}`);}
  }
  log(`installed in ${Math.round((Date.now() - started) / 1000)} s`);
}

function missingPackages(): string[] {
  return [...new Set(Object.keys(NEEDED).filter((program) => !find(program)).map((program) => NEEDED[program]))];
}

function find(program: string): boolean {
  if (program.startsWith('/')) {return existsSync(program);}
  // of root, even where the path is that of another user
  return [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'].some((folder) => existsSync(join(folder, program)));
}
