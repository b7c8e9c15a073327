import { spawnSync } from 'child_process';
import { existsSync, readdirSync } from 'fs';
import { homedir } from 'os';
import { join } from 'path';

/** Folders that may hold providers as `terraform providers mirror` lays them out. */
const MIRRORS = [
  process.env.TERRAFORM_PROVIDER_MIRROR ?? '',
  join(homedir(), '.terraform.d', 'plugins'),
  '/usr/local/share/terraform/plugins',
  '/usr/share/terraform/plugins',
  '/opt/tf-plugins',
];

/** What is missing here and how to get it, or undefined where all is there. */
export function missingTool(): string | undefined {
  if (!runs('terraform', ['version'])) {
    return 'no terraform on the path; install Terraform 1.10 or newer (https://developer.hashicorp.com/terraform/install)';
  }
  if (!runs('python3', ['-c', 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))'])) {
    return 'no Python 3.10 or newer with its module venv on the path as python3; install both (Debian: apt-get install python3-venv)';
  }
  return undefined;
}

function runs(command: string, args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** Providers on this machine. */
export interface ProviderMirror {
  readonly folder: string;
  /** Version of the AWS provider in it. */
  readonly version: string;
}

/** A mirror with the AWS provider, if this machine has one; otherwise Terraform asks its registry. */
export function providerMirror(): ProviderMirror | undefined {
  return MIRRORS.filter((folder) => folder !== '').flatMap((folder) => {
    const versions = join(folder, 'registry.terraform.io', 'hashicorp', 'aws');
    return existsSync(versions) ? readdirSync(versions).filter((name) => /^\d+\.\d+\.\d+$/.test(name)).map((version) => ({ folder, version })) : [];
  })[0];
}
