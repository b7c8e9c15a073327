import { Construct, IConstruct } from 'constructs';
import { InputProblems } from '../../private/input-error';

/** Where resources are made: known at synthesis, so that names and ARNs are plain strings everywhere. */
export interface Location {
  readonly accountId: string;
  readonly region: string;
}

const TERRAFORM_STACK = Symbol.for('cdktf/TerraformStack');
const LOCATION = Symbol.for('cdk8s-mlops.aws-location');

/** The Terraform stack that a construct stands in, if any. */
export function terraformStackOf(construct: IConstruct): IConstruct | undefined {
  return construct.node.scopes.reverse().find((scope) => TERRAFORM_STACK in scope);
}

export function isTerraformStack(construct: IConstruct): boolean {
  return TERRAFORM_STACK in construct;
}

/** Says where the resources of a Terraform stack are made. */
export function locate(stack: IConstruct, location: Location): void {
  Object.defineProperty(stack, LOCATION, { value: location, configurable: true });
}

/** Where the resources of a new construct will be made. A construct outside every located stack is a problem. */
export function locationOf(scope: Construct, className: string, problems: InputProblems): Location | undefined {
  const stack = terraformStackOf(scope);
  if (!stack) {
    problems.add('cloud/outside-stack',
      `a ${className} makes cloud resources and must stand below an AwsStack, got the scope '${scope.node.path}'; make one with new AwsStack(app, '<name>', { region, accountId }) and use it as scope`);
    return undefined;
  }
  const location = (stack as any)[LOCATION] as Location | undefined;
  if (!location) {
    problems.add('cloud/unknown-location',
      `a ${className} needs to know the account and region that the stack '${stack.node.path}' deploys to; use an AwsStack, or say it with AwsStack.locate(stack, { region, accountId })`);
  }
  return location;
}

export function requireRegion(region: string, problems: InputProblems): void {
  if (!/^[a-z]{2,}(-[a-z]+)+-\d$/.test(region)) {
    problems.add('cloud/malformed-region', `'region' must be a region such as 'eu-central-1', got '${region}'`);
  }
}

export function requireAccountId(accountId: string, problems: InputProblems): void {
  if (!/^\d{12}$/.test(accountId)) {
    problems.add('cloud/malformed-account', `'accountId' must be the 12 digits of an AWS account, got '${accountId}'`);
  }
}

/** The ARN of a resource in a region. */
export function regionalArn(location: Location, service: string, resource: string): string {
  return `arn:${partitionOf(location.region)}:${service}:${location.region}:${location.accountId}:${resource}`;
}

/** The ARN of something of IAM, which knows no region. */
export function iamArn(location: Location, resource: string): string {
  return `arn:${partitionOf(location.region)}:iam::${location.accountId}:${resource}`;
}

/** The ARN of a bucket, or of objects in it. */
export function s3Arn(region: string, resource: string): string {
  return `arn:${partitionOf(region)}:s3:::${resource}`;
}

/** The domain that the endpoints of a region stand under. */
export function dnsSuffixOf(region: string): string {
  return partitionOf(region) === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
}

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) {return 'aws-cn';}
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
