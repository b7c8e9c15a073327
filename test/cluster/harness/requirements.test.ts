import { mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { temporaryFolder } from '../../support/folders';
import { installMissing, obstacle } from '../node/requirements';

/** What a machine that cannot run real nodes is told. */
const before = { path: process.env.PATH, platform: process.platform, getuid: process.getuid };
afterEach(() => {
  process.env.PATH = before.path;
  aMachine(before.platform, before.getuid!());
});

function aMachine(platform: NodeJS.Platform, uid: number): void {
  Object.defineProperty(process, 'platform', { value: platform });
  process.getuid = () => uid;
}

/** A machine with these programs, and nothing else on its path but what the administrator's folders hold. */
function withPrograms(programs: { [name: string]: string }): void {
  const folder = join(temporaryFolder(), 'bin');
  mkdirSync(folder);
  Object.entries(programs).forEach(([name, script]) => writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 }));
  process.env.PATH = folder;
}

test('real nodes need Linux', () => {
  aMachine('darwin', 0);

  expect(obstacle()).toBe('a real node needs Linux, this is darwin; run this on a Linux machine or in a virtual one');
});

test('real nodes need root', () => {
  aMachine('linux', 1000);

  expect(obstacle()).toBe(
    'a real node needs root, to make namespaces, mounts and control groups; run this with sudo, or in a virtual machine as root');
});

test('a Debian package that is missing is named, with the command that installs it', () => {
  aMachine('linux', 0);
  withPrograms({});

  expect(obstacle()).toMatch(/^a real node needs .*containerd, .*buildah.*; install with: apt-get install --no-install-recommends .*containerd .*buildah/);
});

test('an installation that fails says what to install by hand, and why it failed', () => {
  aMachine('linux', 0);
  withPrograms({ 'apt-get': 'echo "E: You do not have enough free space in /var/cache/apt/archives/." >&2; exit 100' });

  expect(() => installMissing(() => {})).toThrow(
    /^apt-get update -qq failed; install .*containerd.* yourself\nE: You do not have enough free space in \/var\/cache\/apt\/archives\/\.$/);
});

test('nobody but root installs anything', () => {
  aMachine('linux', 1000);
  withPrograms({ 'apt-get': 'exit 100' });

  expect(() => installMissing(() => {})).not.toThrow();
});
