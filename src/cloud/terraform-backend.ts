import { Construct } from 'constructs';
import { localStatePath } from '../core/app/cloud-plane';
import { InputError } from '../private/input-error';
import { cdktf } from './private/packages';

/** Options of `TerraformBackend.s3`. */
export interface S3BackendOptions {
  /** Name of a bucket that exists, versioned and encrypted. Not one of the stack itself. */
  readonly bucketName: string;
  /** Region of that bucket. */
  readonly region: string;
  /**
   * Key of the state in the bucket.
   *
   * @default - `<id of the stack>/terraform.tfstate`
   */
  readonly key?: string;
  /**
   * KMS key that the state is encrypted with.
   *
   * @default - the default encryption of the bucket
   */
  readonly kmsKeyArn?: string;
}

/** Where Terraform keeps what it knows of a stack. */
export abstract class TerraformBackend {
  /**
   * A file beside `mlops.out/`, where no synthesis touches it and other stacks find it. Its path does not depend on the machine, so two
   * machines synthesize the same bytes. Good for a first look; a team shares its state with `s3`.
   */
  public static local(): TerraformBackend {
    return new LocalBackend();
  }

  /**
   * An object in S3, locked while Terraform writes (a lock file beside it, no DynamoDB, Terraform 1.10 or later).
   *
   * @param options bucket and key
   * @throws if the name of the bucket or its key is empty
   * @see https://developer.hashicorp.com/terraform/language/backend/s3
   */
  public static s3(options: S3BackendOptions): TerraformBackend {
    if (options.bucketName === '' || options.key === '') {
      throw new InputError('cloud/backend-address',
        `the state needs a bucket and a key, got bucket '${options.bucketName}' and key '${options.key ?? '<id of the stack>/terraform.tfstate'}'`);
    }
    return new S3Backend(options);
  }

  /**
   * Declare the backend of a stack.
   *
   * @param stack the Terraform stack
   */
  public abstract bind(stack: Construct): void;
}

class LocalBackend extends TerraformBackend {
  public bind(stack: Construct): void {
    new (cdktf().LocalBackend)(stack, { path: localStatePath(stack) });
  }
}

class S3Backend extends TerraformBackend {
  public constructor(private readonly options: S3BackendOptions) {
    super();
  }

  public bind(stack: Construct): void {
    const backend = new (cdktf().S3Backend)(stack, {
      bucket: this.options.bucketName,
      key: this.options.key ?? `${stack.node.id}/terraform.tfstate`,
      region: this.options.region,
      encrypt: true,
      kmsKeyId: this.options.kmsKeyArn,
    });
    backend.addOverride('use_lockfile', true);
  }
}
