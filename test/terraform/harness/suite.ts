import { Sandbox } from './sandbox';
import { accountOf, CloudStack, resourcesOf, without } from './stacks';
import { Workspace } from './workspace';

/** What the mock cannot do, by type of resource, and why. Terraform and the provider's schema judge these; nobody makes them. */
export const NOT_IN_MOCK: { [type: string]: string } = {
  aws_eks_pod_identity_association: 'moto has no associations of EKS Pod Identity',
  aws_s3_bucket_logging: 'moto reads the policy of the log bucket only if its Resource is a string, and AWS takes lists as well',
};

/** `describe`, where the tools are there. */
export const describeWithTools = process.env.MOTO_PYTHON ? describe : describe.skip;

/** A mock of AWS for the tests of one `describe`, started before them. */
export function useSandbox(accountId: string): () => Sandbox {
  let sandbox: Sandbox | undefined;
  beforeAll(async () => {
    sandbox = await Sandbox.start(process.env.MOTO_PYTHON!, accountId);
  });
  afterAll(() => sandbox?.stop());
  return () => sandbox!;
}

/** What must hold of every stack, in the order of its life. Later tests find it applied. */
export function itLives(stack: CloudStack, sandbox: () => Sandbox): void {
  const resources = resourcesOf(stack.json);
  const gaps = resources.filter(({ type }) => type in NOT_IN_MOCK).map(({ address }) => address);
  let workspace: Workspace;

  beforeAll(async () => {
    workspace = await Workspace.of(sandbox(), stack);
  });

  test('Terraform understands it, without a warning', async () => {
    expect(await workspace.validate()).toMatchObject({ valid: true, error_count: 0, warning_count: 0, diagnostics: [] });
  });

  test('the first plan makes each resource and asks for nothing else', async () => {
    const { code, changes, diagnostics } = await workspace.plan();

    expect(diagnostics).toEqual([]);
    expect(changes).toEqual(resources.map(({ address }) => `create ${address}`));
    expect(code).toBe(CHANGES);
  });

  test('applied, it needs no second change', async () => {
    const { diagnostics } = await workspace.apply();
    workspace.write(without(stack.json, gaps));
    const again = await workspace.plan();

    // what the mock refuses is what we know that it cannot do: neither more, nor something that it has learned by now
    expect(diagnostics.map(({ severity, address }) => `${severity} ${address}`).sort()).toEqual(gaps.map((address) => `error ${address}`));
    sayWhatIsLeftOut(stack.name, gaps);
    expect(again).toEqual({ code: NO_CHANGES, changes: [], diagnostics: [] });
  });

  test('what must not be lost cannot be destroyed', async () => {
    const kept = resources.filter(({ attributes }) => attributes.lifecycle?.prevent_destroy === true).map(({ address }) => address);

    const { code, diagnostics } = await workspace.plan('-destroy');

    expect(kept).toEqual(expect.arrayContaining(resources.filter(({ type }) => type === 'aws_s3_bucket').map(({ address }) => address)));
    expect(diagnostics.map(({ summary }) => summary)).toEqual(kept.map(() => 'Instance cannot be destroyed'));
    expect(diagnostics.map(({ detail }) => /^Resource (\S+) has lifecycle\.prevent_destroy set/.exec(detail)?.[1]).sort()).toEqual(kept);
    expect(code).toBe(FAILED);
  });
}

/** One line for each type, with the resources and the reason. */
function sayWhatIsLeftOut(stackName: string, addresses: string[]): void {
  for (const [type, reason] of Object.entries(NOT_IN_MOCK)) {
    const names = addresses.filter((address) => address.startsWith(`${type}.`)).map((address) => address.slice(type.length + 1));
    if (names.length > 0) {process.stderr.write(`${stackName}: ${type} ${names.join(', ')}: validated and planned, not applied: ${reason}\n`);}
  }
}

// of `plan -detailed-exitcode`
const NO_CHANGES = 0;
const FAILED = 1;
const CHANGES = 2;

/** Tests of all stacks of one app, which share an account. */
export function describeStacks(title: string, stacks: CloudStack[], more: (sandbox: () => Sandbox) => void = () => {}): void {
  describeWithTools(title, () => {
    const sandbox = useSandbox(accountOf(stacks[0]));
    describe.each(stacks)('$name', (stack) => itLives(stack, sandbox));
    more(sandbox);
  });
}
