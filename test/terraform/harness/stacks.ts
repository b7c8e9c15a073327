import { existsSync, readdirSync } from 'fs';
import { join } from 'path';
import { ProviderMirror } from './tools';
import { ExampleOutput, runExample } from '../../support/example';

const EXAMPLES = join(__dirname, '..', '..', '..', 'examples');

/** Terraform of one stack, as an app wrote it. */
export interface CloudStack {
  readonly name: string;
  readonly json: any;
}

/** What Terraform would do with one resource. */
export interface Resource {
  readonly address: string;
  readonly type: string;
  readonly attributes: any;
}

/** The examples that have a cloud plane, found by running all of them. */
export function cloudExamples(): { name: string; stacks: CloudStack[] }[] {
  return readdirSync(EXAMPLES)
    .filter((name) => existsSync(join(EXAMPLES, name, 'main.ts')))
    .map((name) => ({ name, stacks: cloudStacks(runExample(join(EXAMPLES, name))) }))
    .filter(({ stacks }) => stacks.length > 0);
}

function cloudStacks({ artifacts }: ExampleOutput): CloudStack[] {
  return Object.entries(artifacts).flatMap(([path, text]) => {
    const [, name] = /^terraform\/stacks\/([^/]+)\/cdk\.tf\.json$/.exec(path) ?? [];
    return name === undefined ? [] : [{ name, json: JSON.parse(text) }];
  });
}

/** The account that a stack is for. */
export function accountOf({ json }: CloudStack): string {
  return json.provider.aws[0].allowed_account_ids[0];
}

/** All resources of a stack, by address. */
export function resourcesOf(json: any): Resource[] {
  return Object.entries<any>(json.resource)
    .flatMap(([type, byName]) => Object.entries<any>(byName).map(([name, attributes]) => ({ address: `${type}.${name}`, type, attributes })))
    .sort((a, b) => (a.address < b.address ? -1 : 1));
}

/** A stack without some of its resources. */
export function without(json: any, addresses: string[]): any {
  const resource: any = {};
  for (const { address, type, attributes } of resourcesOf(json)) {
    if (!addresses.includes(address)) {resource[type] = { ...resource[type], [address.slice(type.length + 1)]: attributes };}
  }
  return { ...json, resource };
}

/**
 * A stack for this machine. The library says nothing of mocks and mirrors, so the test does: where AWS answers, with which keys, and, where
 * providers come from a folder, the version that is in it. That may be older than the one which the stack was made for; then its schema
 * judges, which refuses what it does not know.
 */
export function forMock(json: any, endpoint: string, mirror?: ProviderMirror): any {
  const { required_providers: providers, ...terraform } = json.terraform;
  return {
    ...json,
    terraform: {
      ...terraform,
      required_providers: mirror ? { ...providers, aws: { ...providers.aws, version: mirror.version } } : providers,
      // the state of a test is a file, wherever a team keeps its own
      backend: { local: terraform.backend.local ?? {} },
    },
    provider: {
      ...json.provider,
      aws: json.provider.aws.map((block: any) => ({
        ...block,
        access_key: 'mock',
        secret_key: 'mock',
        max_retries: 1,
        skip_credentials_validation: true,
        skip_metadata_api_check: true,
        s3_use_path_style: true,
        endpoints: [Object.fromEntries(['ecr', 'eks', 'iam', 'kms', 's3', 's3control', 'sts'].map((service) => [service, endpoint]))],
      })),
    },
  };
}
