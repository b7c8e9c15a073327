import { execFileSync } from 'child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { dirname, join } from 'path';
import { foreignStatements, linesOfCode } from './support/contract';
import { CONTRACTS, roomRules } from '../projenrc/rooms';

const root = join(__dirname, '..');

describe.each(CONTRACTS)('the contract %s', (file) => {
  const source = readFileSync(join(root, file), 'utf8');

  test('is read at a glance: 40 lines of code at most', () => {
    expect(linesOfCode(source)).toBeLessThanOrEqual(40);
  });

  test('holds interfaces and enums only', () => {
    expect(foreignStatements(source)).toEqual([]);
  });
});

describe('contract files', () => {
  test('comments and blank lines are no lines of code', () => {
    const source = [
      '// first', "import { Slo } from './slo';", '', '/**', ' * A gate.', ' */', 'export interface IGate {', '  /** Opens. */',
      '  open(slo: Slo): void; // now', '}', '',
    ].join('\n');

    expect(linesOfCode(source)).toBe(4);
  });

  test('an interface over three lines is three lines', () => {
    expect(linesOfCode('export interface A {\n  readonly a: string;\n}\n')).toBe(3);
  });

  test('classes, functions, constants, types, re-exports and hidden interfaces do not belong in a contract', () => {
    const foreign = [
      'export class Gate {}', 'export function open(): void {}', 'export const gate = 1;', 'export type Gate = string;', "export * from './gate';",
      'interface Hidden {}',
    ];
    const source = ["import { Slo } from './slo';", 'export interface IGate {}', 'export enum Kind { OPEN = "open" }', ...foreign].join('\n');

    expect(foreignStatements(source)).toEqual(foreign);
  });
});

describe('doors between rooms', () => {
  const accepted = {
    'src/core/slo.ts': "import { fail } from '../private/fail'; export class Slo { public readonly fail = fail; }",
    'src/core/app/cloud-plane.ts': "export const load = () => require('cdktf');",
    'src/private/fail.ts': 'export const fail = 1;',
    'src/serving/serving.ts': "import type { Slo } from '../core/slo'; export interface IServing { slo: Slo }",
    'src/rollout/canary.ts': "import { Slo } from '../core/slo'; import { fail } from '../private/fail'; import { IServing } from '../serving/serving';"
      + "import { step } from './step'; export class Canary { public constructor(public s: IServing, public o: Slo) { step(fail); } }",
    'src/rollout/step.ts': 'export function step(n: number) { return n; }',
    'src/cloud/bucket.ts': "import { TerraformStack } from 'cdktf'; import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';"
      + 'export const make = (stack: TerraformStack) => new S3Bucket(stack, "Bucket");',
    'src/stacks/full.ts': "import { Bucket } from '../cloud/bucket'; import { Canary } from '../rollout/canary'; export class Full extends Canary { public b?: Bucket; }",
    'src/index.ts': "export * from './stacks/full';",
  };

  /** A ring is reported where it is found first. */
  const otherEndOfTheRing = { 'src/core/ring-b.ts': "import type { A } from './ring-a'; export interface B { a: A }" };

  const refused: { [rule: string]: { [file: string]: string } } = {
    'no-import-cycles': {
      'src/core/ring-a.ts': "import type { B } from './ring-b'; export interface A { b: B }",
    },
    'core-stands-alone': { 'src/core/knows-a-contract.ts': "import type { IServing } from '../serving/serving'; export type X = IServing;" },
    'private-stands-alone': { 'src/private/knows-core.ts': "import type { Slo } from '../core/slo'; export type X = Slo;" },
    'rooms-use-doors': {
      'src/monitoring/knows-a-class.ts': "import { Canary } from '../rollout/canary'; export class X extends Canary {}",
      'src/monitoring/knows-a-type.ts': "import type { Canary } from '../rollout/canary'; export type X = Canary;",
      'src/monitoring/knows-an-inline-type.ts': "import { type Canary } from '../rollout/canary'; export type X = Canary;",
      'src/monitoring/passes-on.ts': "export { Canary } from '../rollout/canary';",
      'src/monitoring/knows-a-stack.ts': "import { Full } from '../stacks/full'; export type X = Full;",
      'src/monitoring/knows-the-index.ts': "import { Full } from '../index'; export type X = Full;",
      'src/a-room-of-tomorrow/knows-a-class.ts': "import { Canary } from '../rollout/canary'; export type X = Canary;",
    },
    'only-cloud-knows-cdktf': {
      'src/serving/knows-terraform.ts': "import { TerraformStack } from 'cdktf'; export class X extends TerraformStack {}",
      'src/serving/knows-a-terraform-type.ts': "import type { TerraformStack } from 'cdktf'; export type X = TerraformStack;",
      'src/serving/requires-terraform.ts': "export const X = require('cdktf');",
      'src/core/knows-a-provider.ts': "import type { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket'; export type X = S3Bucket;",
      'src/stacks/knows-a-provider-that-is-not-installed.ts': "import type { X as Y } from '@cdktf/provider-null/lib/x'; export type X = Y;",
    },
    'no-provider-barrels': {
      'src/cloud/takes-the-barrel.ts': "import { s3Bucket } from '@cdktf/provider-aws'; export class X extends s3Bucket.S3Bucket {}",
      'src/cloud/takes-the-type-from-the-barrel.ts': "import type { s3Bucket } from '@cdktf/provider-aws'; export type X = s3Bucket.S3Bucket;",
      'test/cloud/takes-the-barrel.test.ts': "import { s3Bucket } from '@cdktf/provider-aws'; export const X = s3Bucket;",
      'examples/fraud/main.ts': "import { release } from '@cdktf/provider-helm'; export const X = release;",
    },
  };

  const found = violationsIn(Object.assign({}, accepted, otherEndOfTheRing, ...Object.values(refused)));

  test.each(Object.entries(refused))('%s', (rule, files) => {
    expect(found.filter((violation) => violation.rule === rule).map(({ from }) => from)).toEqual(Object.keys(files).sort());
  });

  test('every rule is shown a tree that breaks it', () => {
    const rules = (roomRules() as { forbidden: { name: string }[] }).forbidden.map(({ name }) => name);

    expect(Object.keys(refused)).toEqual(rules);
  });

  test('what keeps to the doors is accepted', () => {
    expect(found.filter(({ from }) => from in accepted)).toEqual([]);
  });
});

interface Violation {
  readonly rule: string;
  readonly from: string;
}

/** What dependency-cruiser says about a tree, each file once per rule. */
function violationsIn(files: { [path: string]: string }): Violation[] {
  const folder = mkdtempSync(join(tmpdir(), 'rooms-'));
  try {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    const configured = { ...files, 'rules.json': JSON.stringify(roomRules()), 'tsconfig.json': readFileSync(join(root, 'tsconfig.json'), 'utf8') };
    for (const [path, content] of Object.entries(configured)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    const cruiser = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
    const output = execFileSync(process.execPath, [cruiser, '--config', 'rules.json', '--output-type', 'json', 'src', 'test', 'examples'], {
      cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024,
    });
    const { violations } = JSON.parse(output).summary as { violations: { rule: { name: string }; from: string }[] };
    const unique = new Set(violations.map(({ rule, from }) => JSON.stringify({ rule: rule.name, from })));
    return [...unique].map((violation) => JSON.parse(violation)).sort((a, b) => a.from < b.from ? -1 : 1);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
