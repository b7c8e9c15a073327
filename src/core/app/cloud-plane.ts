import { join } from 'path';
import { IConstruct } from 'constructs';
import { Problems } from './problems';
import { describe, InputError } from '../../private/input-error';

/**
 * The cloud plane: Terraform stacks beside the charts. cdktf is loaded by the first stack that is synthesized, so that users who have none
 * install nothing. Its objects are described here by what is used of them, since no type of cdktf may stand in what this package publishes.
 */
export interface TerraformStack extends IConstruct {
  readonly synthesizer: { synthesize(session: unknown): void };
  prepareStack(): void;
}

/** The version that the library is built and tested with; the last one there is. */
const CDKTF = { name: 'cdktf', version: '0.21.0' };

const STACK = Symbol.for('cdktf/TerraformStack');
const ELEMENT = Symbol.for('cdktf/TerraformElement');
const BACKEND = Symbol.for('cdktf/TerraformBackend');
const APP = Symbol.for('cdktf/App');
const ERROR_ANNOTATION = '@cdktf/error';

export function isStack(construct: IConstruct): construct is TerraformStack {
  return STACK in construct;
}

export function isBelowStack(construct: IConstruct): boolean {
  return construct.node.scopes.some(isStack);
}

export function isTerraformElement(construct: IConstruct): boolean {
  return ELEMENT in construct;
}

/** Errors that cdktf's `Annotations` have left on a construct. */
export function annotatedErrors(construct: IConstruct): string[] {
  return construct.node.metadata.filter(({ type }) => type === ERROR_ANNOTATION).map(({ data }) => String(data));
}

/** Gives the root of the tree what stacks look for in a cdktf app. Must run before children exist, since they read it when they are made. */
export function actAsTerraformApp(app: IConstruct): void {
  app.node.setContext('cdktfVersion', CDKTF.version);
  app.node.setContext('cdktfJsonPath', join(process.cwd(), 'cdktf.json'));
  app.node.setContext('@cdktf/disable_stack_trace_in_metadata', true);
  Object.defineProperties(app, {
    [APP]: { value: true },
    crossStackReference: { value: crossStackReference },
  });
}

/**
 * Writes `stacks/<name>/cdk.tf.json` for every stack that has no problem yet.
 *
 * @param folder where `stacks/` goes
 */
export function synthesizeStacks(stacks: TerraformStack[], folder: string, problems: Problems): void {
  const { LocalBackend, Manifest } = loadCdktf();
  const manifest = new Manifest(CDKTF.version, folder, false);
  stacks.filter((stack) => !hasBackend(stack)).forEach((stack) => new LocalBackend(stack, { path: localStatePath(stack) }));
  for (const work of [
    (stack: TerraformStack) => stack.prepareStack(),
    (stack: TerraformStack) => stack.synthesizer.synthesize({ outdir: folder, skipValidation: false, manifest }),
  ]) {
    stacks.filter((stack) => problems.none(stack) && !hasAnnotatedErrors(stack)).forEach((stack) => attempt(stack, problems, () => work(stack)));
  }
}

/** What a token stands for, such as `aws_s3_bucket.models.arn`. */
export function originOf(token: string | number): string | undefined {
  const { Tokenization } = loadCdktf();
  const candidates = typeof token === 'number'
    ? [() => Tokenization.reverseNumber(token), () => Tokenization.reverseNumberList([token])]
    : [() => Tokenization.reverse(token)[0], () => Tokenization.reverseList([token]), () => Tokenization.reverseMap({ [token]: '' })];
  return candidates.map(lookUp).find((origin) => origin !== undefined);
}

/**
 * Where local state is kept: beside `mlops.out/`, as seen from the folder of a stack. cdktf's default is the absolute path of the machine.
 * Every stack is equally deep, so that one finds the state of another one under the same path.
 */
export function localStatePath(stack: IConstruct): string {
  return `../../../../terraform.${stack.node.id}.tfstate`;
}

function hasBackend(stack: TerraformStack): boolean {
  return stack.node.findAll().some((construct) => BACKEND in construct);
}

/** These are reported by a guard of the app. */
function hasAnnotatedErrors(stack: TerraformStack): boolean {
  return stack.node.findAll().some((construct) => annotatedErrors(construct).length > 0);
}

function attempt(stack: TerraformStack, problems: Problems, action: () => void): void {
  try {
    action();
  } catch (error) {
    problems.add(stack, `[${stack.node.path}] ${describe('app/stack-failed', `cdktf cannot synthesize the stack: ${(error as Error).message}`)}`);
  }
}

/** As `cdktf.App` does it: an output of one stack, read by the other from its state. */
function crossStackReference(from: any, to: any, identifier: string): string {
  to.addDependency(from);
  const output = from.registerOutgoingCrossStackReference(identifier);
  return to.registerIncomingCrossStackReference(from).getString(output.friendlyUniqueId);
}

function lookUp(find: () => any): string | undefined {
  try {
    return find()?.identifier;
  } catch {
    return undefined;
  }
}

function loadCdktf(): any {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports, import/no-extraneous-dependencies
    return require('cdktf');
  } catch (error) {
    throw new InputError('app/cdktf-missing', `a Terraform stack needs the package ${CDKTF.name}, which is not installed; run 'npm install ${CDKTF.name}@${CDKTF.version}'`);
  }
}
