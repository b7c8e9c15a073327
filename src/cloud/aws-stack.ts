import { Construct } from 'constructs';
import { InputProblems } from '../private/input-error';
import { isTerraformStack, locate, requireAccountId, requireRegion } from './private/location';
import { aws, terraformStackClass } from './private/packages';
import { TerraformBackend } from './terraform-backend';

// the class as a value, so that its type stays out of every signature
const TerraformStack = terraformStackClass();

/** An account and a region of AWS. */
export interface AwsLocation {
  /** Region that resources are made in, such as `eu-central-1`. */
  readonly region: string;
  /** The 12 digits of the account. Terraform refuses to touch any other. */
  readonly accountId: string;
}

/** Properties of `AwsStack`. */
export interface AwsStackProps extends AwsLocation {
  /**
   * Where Terraform keeps the state.
   *
   * @default TerraformBackend.local()
   */
  readonly backend?: TerraformBackend;
  /**
   * Tags of every resource, such as team and cost centre.
   *
   * @default - none
   */
  readonly tags?: { [key: string]: string };
}

/**
 * Cloud resources that are applied together: a Terraform stack beside the charts, in the same app. The scope of every cloud construct.
 *
 * A `MlopsApp` writes it to `mlops.out/terraform/stacks/<id>/cdk.tf.json`. It is a `TerraformStack` of cdktf, so resources and aspects of
 * cdktf work in it as they do in any other.
 *
 * ```ts fixture=cloud
 * const cloud = new AwsStack(app, 'fraud-cloud', { region: 'eu-central-1', accountId: '123456789012' });
 * new RegistryBucket(cloud, 'Registry', { bucketName: 'acme-fraud-registry' });
 * ```
 *
 * @see https://developer.hashicorp.com/terraform/cdktf/concepts/stacks
 */
export class AwsStack extends TerraformStack {
  /**
   * Say where a Terraform stack of your own deploys, so that cloud constructs can stand in it.
   *
   * @param stack a `TerraformStack` of cdktf with an AWS provider
   * @param location its account and region
   * @throws if it is no Terraform stack, or the location is malformed
   */
  public static locate(stack: Construct, location: AwsLocation): void {
    const problems = new InputProblems();
    if (!isTerraformStack(stack)) {
      problems.add('cloud/not-a-stack', `only a TerraformStack of cdktf has a location, got the ${stack.constructor.name} '${stack.node.path}'; give the stack itself`);
    }
    requireLocation(location, problems);
    problems.throwAt(stack, '');
    locate(stack, { region: location.region, accountId: location.accountId });
  }

  /** Region that resources are made in. */
  public readonly region: string;
  /** Account that resources are made in. */
  public readonly accountId: string;

  public constructor(scope: Construct, id: string, props: AwsStackProps) {
    super(scope, id);
    const problems = new InputProblems();
    requireLocation(props, problems);
    problems.throwAt(scope, id);
    this.region = props.region;
    this.accountId = props.accountId;
    locate(this, { region: props.region, accountId: props.accountId });
    new (aws('provider').AwsProvider)(this, 'Aws', {
      region: props.region,
      allowedAccountIds: [props.accountId],
      defaultTags: props.tags ? [{ tags: props.tags }] : undefined,
    });
    (props.backend ?? TerraformBackend.local()).bind(this);
  }

  /**
   * Change anything in the synthesized Terraform: the way out for what no property says.
   *
   * @param path where, with `.` between names, such as `terraform.required_providers.aws.version`
   * @param value raw value that stands there instead
   */
  public addTerraformOverride(path: string, value: any): void {
    (this as any).addOverride(path, value);
  }
}

function requireLocation(location: AwsLocation, problems: InputProblems): void {
  requireRegion(location.region, problems);
  requireAccountId(location.accountId, problems);
}
