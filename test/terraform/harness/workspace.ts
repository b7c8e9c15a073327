import { mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { Sandbox } from './sandbox';
import { CloudStack, forMock } from './stacks';
import { providerMirror } from './tools';

/** Something that Terraform has to say. */
export interface Diagnostic {
  readonly severity: string;
  readonly summary: string;
  readonly detail: string;
  readonly address?: string;
}

/** What a run of Terraform changes or would change, and says. */
export interface Run {
  readonly code: number;
  /** Such as `create aws_s3_bucket.Registry`. */
  readonly changes: string[];
  readonly diagnostics: Diagnostic[];
}

/** A folder in which Terraform works on one stack, against the mock of a sandbox. */
export class Workspace {
  /** Writes the stack where an app would, and loads its providers. */
  public static async of(sandbox: Sandbox, stack: CloudStack): Promise<Workspace> {
    const folder = join(sandbox.folder, 'mlops.out', 'terraform', 'stacks', stack.name);
    mkdirSync(folder, { recursive: true });
    const workspace = new Workspace(sandbox, folder, writeSettings(sandbox.folder));
    workspace.write(stack.json);
    const { code, output } = await workspace.terraform('init', '-no-color');
    if (code !== 0) {throw new Error(`terraform init failed\n${output}`);}
    return workspace;
  }

  private constructor(private readonly sandbox: Sandbox, private readonly folder: string, private readonly settings: string) {}

  /** Replaces the stack that Terraform works on. */
  public write(json: any): void {
    writeFileSync(join(this.folder, 'cdk.tf.json'), JSON.stringify(forMock(json, this.sandbox.endpoint, providerMirror()), null, 2));
  }

  /** Whether the stack is one that Terraform and the schema of the provider understand. */
  public async validate(): Promise<any> {
    return JSON.parse((await this.terraform('validate', '-json')).output);
  }

  public plan(...options: string[]): Promise<Run> {
    return this.run('plan', '-detailed-exitcode', ...options);
  }

  public apply(): Promise<Run> {
    return this.run('apply', '-auto-approve');
  }

  private async run(command: string, ...options: string[]): Promise<Run> {
    const { code, output } = await this.terraform(command, '-json', ...options);
    const events = output.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
    return {
      code,
      changes: events.filter(({ type }) => type === 'planned_change').map(({ change }) => `${change.action} ${change.resource.addr}`).sort(),
      diagnostics: events.filter(({ type }) => type === 'diagnostic').map(({ diagnostic }) => diagnostic),
    };
  }

  private terraform(...args: string[]): Promise<{ code: number; output: string }> {
    return this.sandbox.run({
      command: ['terraform', ...args],
      cwd: this.folder,
      // nothing of the user's own account, profiles and settings
      env: {
        TF_CLI_CONFIG_FILE: this.settings,
        TF_IN_AUTOMATION: '1',
        TF_INPUT: '0',
        CHECKPOINT_DISABLE: '1',
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
        AWS_PROFILE: '',
        AWS_EC2_METADATA_DISABLED: 'true',
      },
    });
  }
}

/** Where providers come from: a folder of this machine, or, with empty settings, Terraform's registry. */
function writeSettings(folder: string): string {
  const file = join(folder, 'terraform.rc');
  const mirror = providerMirror();
  writeFileSync(file, mirror ? `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror.folder)}\n  }\n}\n` : '');
  return file;
}
