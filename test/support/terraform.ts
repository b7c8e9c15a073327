import { App } from 'cdk8s';
import { Construct } from 'constructs';
import { AwsStack } from '../../src';

export const accountId = '123456789012';
export const region = 'eu-central-1';

/** An app with one stack, as a user would begin. */
export function cloudStack(): AwsStack {
  return new AwsStack(new App(), 'cloud', { region, accountId });
}

/** What Terraform would get for a stack, without the metadata of cdktf. */
export function synthesize(stack: Construct): any {
  const terraformStack = stack as any;
  terraformStack.prepareStack();
  const { '//': _metadata, ...terraform } = JSON.parse(JSON.stringify(terraformStack.toTerraform()));
  return terraform;
}

/** The resources of one type, by their name in Terraform, without the metadata of cdktf. */
export function resources(stack: Construct, type: string): { [name: string]: any } {
  const all = synthesize(stack).resource?.[type] ?? {};
  return Object.fromEntries(Object.entries<any>(all).map(([name, { '//': _metadata, ...attributes }]) => [name, attributes]));
}

/** The one resource of a type. */
export function resource(stack: Construct, type: string): any {
  const all = Object.values(resources(stack, type));
  expect(all).toHaveLength(1);
  return all[0];
}

/** The document of the one policy that was attached to a role. */
export function rolePolicy(stack: Construct): any {
  return JSON.parse(resource(stack, 'aws_iam_role_policy').policy);
}

/** Runs an action with a fresh copy of the library on a machine that lacks one module. */
export function withoutPackage<T>(request: string, action: (mlops: typeof import('../../src')) => T): T {
  let result: T;
  jest.isolateModules(() => {
    jest.doMock(request, () => {
      throw Object.assign(new Error(`Cannot find module '${request}'`), { code: 'MODULE_NOT_FOUND' });
    });
    try {
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      result = action(require('../../src'));
    } finally {
      jest.dontMock(request);
    }
  });
  return result!;
}
