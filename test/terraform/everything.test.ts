import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { accountId, actors, bucketName, everything, region } from './fixtures/everything';
import { Sandbox } from './harness/sandbox';
import { resourcesOf } from './harness/stacks';
import { describeStacks, describeWithTools, useSandbox } from './harness/suite';
import { Workspace } from './harness/workspace';

const stack = everything();

test('a stack here has every type of resource that the library can make', () => {
  const folder = join(__dirname, '..', '..', 'src', 'cloud');
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const modules = sources.flatMap((file) => [...readFileSync(join(folder, file), 'utf8').matchAll(/\baws\('([a-z0-9-]+)'\)/g)].map(([, module]) => module));
  const types = modules.filter((module) => module !== 'provider').map((module) => `aws_${module.replace(/-/g, '_')}`);

  expect(distinct(resourcesOf(stack.json).map(({ type }) => type))).toEqual(distinct(types));
});

describeStacks('everything at once', [stack], (sandbox) => {
  describe('an actor, asking S3 with the role that Terraform made', () => grantsHold(sandbox));
});

describeWithTools('another account', () => {
  const sandbox = useSandbox('999999999999');

  test('is not touched', async () => {
    const workspace = await Workspace.of(sandbox(), stack);

    const { code, diagnostics } = await workspace.plan();

    expect(diagnostics.map(({ summary }) => summary)).toEqual(['AWS account ID not allowed: 999999999999']);
    expect(code).toBe(1);
  });
});

/**
 * The mock judges action and resource of a role's policies, and takes every condition for met. So what is shown here is which role may do
 * what to which object; the prefix of a list, conditional writes, TLS and the use of the key are judged over the documents, in
 * `test/cloud/registry-grants.test.ts`.
 */
function grantsHold(sandbox: () => Sandbox): void {
  const keys = [
    'models/fraud/candidates/7/model.bin', 'models/fraudulent/candidates/7/model.bin',
    'production/fraud/7/model.bin', 'production/fraud/7/reference', 'production/fraud/manifest.json', 'production/other/7/model.bin', 'production/other/7/reference',
    'data/transactions.parquet', 'pii/customers.parquet',
    'reference/fraud/scores.json', 'reference/other/scores.json',
    'predictions-log/fraud/2026/01/01.jsonl', 'predictions-log/other/2026/01/01.jsonl',
    'reports/fraud/features/latest.html', 'reports/other/features/latest.html',
    'audit/fraud/7.json', 'audit/other/7.json', 'mlflow/1/model.bin', 'elsewhere/file',
  ];
  const write = ['create', 'abort'];
  const expected: { [roleName: string]: { objects: string[]; bucket: string[] } } = {
    'server': { objects: ['7/model.bin', '7/reference', 'manifest.json'].flatMap((key) => on(`production/fraud/${key}`, ['get'])), bucket: [] },
    'logger': { objects: on('predictions-log/fraud/2026/01/01.jsonl', write), bucket: [] },
    'trainer': {
      objects: [
        ...on('data/transactions.parquet', ['get']),
        ...on('models/fraud/candidates/7/model.bin', ['get', ...write]),
        ...on('reference/fraud/scores.json', write),
        ...on('audit/fraud/7.json', ['create']),
      ],
      bucket: ['list'],
    },
    'promoter': {
      objects: [
        ...on('models/fraud/candidates/7/model.bin', ['get']),
        ...on('production/fraud/7/model.bin', ['get', ...write]),
        ...on('production/fraud/7/reference', ['get', ...write]),
        ...on('production/fraud/manifest.json', ['get', ...write]),
        ...on('audit/fraud/7.json', ['create']),
      ],
      bucket: [],
    },
    'drift': {
      objects: [
        ...on('production/fraud/7/reference', ['get']), ...on('production/fraud/manifest.json', ['get']),
        ...on('predictions-log/fraud/2026/01/01.jsonl', ['get']), ...on('reference/fraud/scores.json', ['get']), ...on('reports/fraud/features/latest.html', ['create']),
      ],
      bucket: ['list'],
    },
    'mlflow': { objects: on('mlflow/1/model.bin', ['get', ...write]), bucket: ['list'] },
    'garbage-collector': { objects: on('mlflow/1/model.bin', ['get', 'delete']), bucket: ['list'] },
    'auditor': {
      objects: [...on('audit/fraud/7.json', ['get', 'get-old']), ...on('audit/other/7.json', ['get', 'get-old'])],
      bucket: ['list', 'list-old'],
    },
    'personal-data-reader': { objects: on('pii/customers.parquet', ['get']), bucket: ['list'] },
  };
  let allowed: { [roleName: string]: { objects: string[]; bucket: string[] } };

  beforeAll(async () => {
    const { code, output } = await sandbox().run({
      command: [process.env.MOTO_PYTHON!, join(__dirname, 'try_grants.py')],
      input: JSON.stringify({ endpoint: sandbox().endpoint, region, account: accountId, bucket: bucketName, roles: Object.keys(actors), keys }),
    });
    if (code !== 0) {throw new Error(output);}
    allowed = JSON.parse(output);
  });

  test.each(Object.keys(actors))('%s: what its work needs, and nothing else', (roleName) => {
    const { objects, bucket } = expected[roleName];

    expect(allowed[roleName].objects.sort()).toEqual([...objects].sort());
    expect(allowed[roleName].bucket).toEqual(bucket);
  });

  function on(key: string, verbs: string[]): string[] {
    return verbs.map((verb) => `${verb} ${key}`);
  }
}

function distinct(values: string[]): string[] {
  return [...new Set(values)].sort();
}
