import { Construct } from 'constructs';
import { InputError } from '../../private/input-error';

/** The resources that the cloud plane uses, each by the one module that holds it: the barrel of the provider costs seconds. */
interface AwsModules {
  'ecr-lifecycle-policy': typeof import('@cdktf/provider-aws/lib/ecr-lifecycle-policy');
  'ecr-repository': typeof import('@cdktf/provider-aws/lib/ecr-repository');
  'eks-pod-identity-association': typeof import('@cdktf/provider-aws/lib/eks-pod-identity-association');
  'iam-role': typeof import('@cdktf/provider-aws/lib/iam-role');
  'iam-role-policy': typeof import('@cdktf/provider-aws/lib/iam-role-policy');
  'kms-alias': typeof import('@cdktf/provider-aws/lib/kms-alias');
  'kms-key': typeof import('@cdktf/provider-aws/lib/kms-key');
  'provider': typeof import('@cdktf/provider-aws/lib/provider');
  's3-bucket': typeof import('@cdktf/provider-aws/lib/s3-bucket');
  's3-bucket-lifecycle-configuration': typeof import('@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration');
  's3-bucket-logging': typeof import('@cdktf/provider-aws/lib/s3-bucket-logging');
  's3-bucket-object-lock-configuration': typeof import('@cdktf/provider-aws/lib/s3-bucket-object-lock-configuration');
  's3-bucket-ownership-controls': typeof import('@cdktf/provider-aws/lib/s3-bucket-ownership-controls');
  's3-bucket-policy': typeof import('@cdktf/provider-aws/lib/s3-bucket-policy');
  's3-bucket-public-access-block': typeof import('@cdktf/provider-aws/lib/s3-bucket-public-access-block');
  's3-bucket-server-side-encryption-configuration': typeof import('@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration');
  's3-bucket-versioning': typeof import('@cdktf/provider-aws/lib/s3-bucket-versioning');
}

/** cdktf, or an error that says what to add. */
export function cdktf(): typeof import('cdktf') {
  return load('cdktf', 'cdktf');
}

/** One module of the AWS provider, or an error that says what to add. */
export function aws<Name extends keyof AwsModules>(name: Name): AwsModules[Name] {
  cdktf();
  return load('@cdktf/provider-aws', `@cdktf/provider-aws/lib/${name}`);
}

/**
 * `TerraformStack`, known to callers as the `Construct` that it is, so that no type of cdktf stands in a signature. Where cdktf is missing,
 * the library still loads, and the first stack says what to add.
 */
export function terraformStackClass(): typeof Construct {
  try {
    return cdktf().TerraformStack;
  } catch (error) {
    return class extends Construct {
      public constructor(scope: Construct, id: string) {
        super(scope, id);
        throw error;
      }
    };
  }
}

function load(packageName: string, request: string): any {
  try {
    // users who never touch the cloud plane have neither package, so nothing may be loaded before it is used
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    return require(request);
  } catch (error: any) {
    if (error.code !== 'MODULE_NOT_FOUND' || !error.message.includes(`'${request}'`)) {throw error;}
    throw new InputError('cloud/missing-package',
      `the cloud plane needs the package '${packageName}', which is not installed; add cdktf@0.21.0 and @cdktf/provider-aws@21.22.1`);
  }
}
