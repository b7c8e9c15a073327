import { chmodSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'fs';
import { join } from 'path';
import { cached, forgetUnused } from './cache';
import { explain, go } from './go';
import { temporaryFolder } from '../../support/folders';

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

/** A program called go that says something and fails. */
function goThat(says: string, code = 1): void {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'go'), `#!/bin/sh\necho '${says}' >&2\nexit ${code}\n`);
  chmodSync(join(folder, 'go'), 0o755);
  process.env.PATH = `${folder}:/bin:/usr/bin`;
}

describe('a build that cannot be done says what to do', () => {
  test('without Go', async () => {
    process.env.PATH = temporaryFolder();

    await expect(go(['version'], { cwd: '/' })).rejects.toThrow(
      "'go' is not on the path; the programs of the cluster tests are built with Go 1.26.1 or newer: install it "
      + "(https://go.dev/doc/install, or your system's package 'golang') and try again");
  });

  test.each<[string, string, string]>([
    ['an old Go', 'go: go.mod requires go >= 1.26.1 (running go 1.19.8; GOTOOLCHAIN=local)', 'Go 1.19.8 is too old, 1.26.1 or newer is needed'],
    ['a full disk', 'write /root/.cache/x: no space left on device', 'the disk is full: a first build needs about 10 GB'],
    ['no proxy', 'go: a@v1: Get "https://proxy": dial tcp: lookup proxy: no such host', 'a Go module cannot be had: the first build needs a module proxy'],
    ['a module that was changed', 'verifying a@v1: checksum mismatch', 'a module is not what go.sum says; do not go on before you know why'],
    ['source that does not compile', './main.go:3:1: syntax error', 'go build failed'],
  ])('%s', async (_what, says, means) => {
    goThat(says);

    await expect(go(['build'], { cwd: '/' })).rejects.toThrow(`${means}`);
    expect(explain(['build'], [says])).toContain(says);
  });
});

describe('the cache', () => {
  const log = () => {};

  beforeEach(() => {
    process.env.XDG_CACHE_HOME = temporaryFolder();
  });

  const filesIn = (folder: string) => readdirSync(join(process.env.XDG_CACHE_HOME!, folder));

  test('makes a folder once, also when two want it at once', async () => {
    let made = 0;
    const make = async (folder: string) => {
      made++;
      await new Promise((resolve) => setTimeout(resolve, 100));
      writeFileSync(join(folder, 'program'), '');
    };

    const folders = await Promise.all([cached('a', make, log), cached('a', make, log), cached('a', make, log)]);

    expect(made).toBe(1);
    expect(new Set(folders).size).toBe(1);
    expect(filesIn('cdk8s-mlops')).toEqual(['a']);
  });

  test('holds nothing of what failed', async () => {
    const make = async (folder: string) => {
      writeFileSync(join(folder, 'half'), '');
      throw new Error('no space left on device');
    };

    await expect(cached('a', make, log)).rejects.toThrow('no space left on device');
    expect(filesIn('cdk8s-mlops')).toEqual([]);
  });

  test('takes over from a process that died', async () => {
    const root = join(process.env.XDG_CACHE_HOME!, 'cdk8s-mlops');
    mkdirSync(join(root, 'a.unfinished'), { recursive: true });
    writeFileSync(join(root, 'a.unfinished', 'half'), '');
    writeFileSync(join(root, 'a.lock'), '4194304');

    const folder = await cached('a', async (target) => writeFileSync(join(target, 'program'), ''), log);

    expect(readdirSync(folder)).toEqual(['program']);
    expect(filesIn('cdk8s-mlops')).toEqual(['a']);
  });

  test('forgets versions that nobody asked for in two weeks, and nothing else', async () => {
    const longAgo = new Date(Date.now() - 15 * 24 * 3600_000);
    const names = ['kwok-0123456789abcdef', 'kwok-fedcba9876543210', 'kwok-00000000ffffffff', 'other-0123456789abcdef', 'kwok-notes'];
    const folders = await Promise.all(names.map((name) => cached(name, async () => {}, log)));
    folders.filter((folder) => !folder.endsWith('ffffffff')).forEach((folder) => utimesSync(folder, longAgo, longAgo));

    forgetUnused('kwok', folders[1]);

    expect(filesIn('cdk8s-mlops').sort()).toEqual(['kwok-00000000ffffffff', 'kwok-fedcba9876543210', 'kwok-notes', 'other-0123456789abcdef']);
  });
});
