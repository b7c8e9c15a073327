import { Duration } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { IAccessLogBucket } from './access-log-bucket';
import { ObjectLock } from './object-lock';
import { ModelRelease } from '../core/model-release';
import { RegistryLayout } from '../core/registry-layout';
import { SecretRef } from '../core/secret-ref';
import { InputProblems } from '../private/input-error';
import { s3Environment } from '../private/s3-environment';
import { requireBucketName } from '../private/s3-names';
import { IModelRegistry } from '../registry/model-registry';
import { encryptionKey, requireKeyArn } from './private/encryption-key';
import { ARCHIVE_AFTER_DAYS, lifecycleRules } from './private/lifecycle';
import { Location, locationOf, requireRegion } from './private/location';
import { waitFor } from './private/order';
import { aws } from './private/packages';
import { privateBucket } from './private/private-bucket';
import { RegistryGrants } from './registry-grants';

/** A registry of models in a bucket. */
export interface IRegistryBucket extends IConstruct, IModelRegistry {
  /** Name of the bucket, a plain string: known before Terraform runs. */
  readonly bucketName: string;
  /** Region of the bucket. */
  readonly region: string;
  /** Who may do what in it. */
  readonly grants: RegistryGrants;
}

/** Options of `RegistryBucket.fromBucketName`. */
export interface RegistryBucketImportOptions {
  /** Region of the bucket. */
  readonly region: string;
  /**
   * ARN of the KMS key that its objects are encrypted with. Grants give its use through S3.
   *
   * @default - the objects are encrypted with keys of S3, and nobody needs a grant for them
   */
  readonly encryptionKeyArn?: string;
}

/** Properties of `RegistryBucket`. */
export interface RegistryBucketProps {
  /** Name of the bucket: unique in all of AWS, a plain string, since manifests name it before Terraform runs. */
  readonly bucketName: string;
  /**
   * ARN of the KMS key that objects are encrypted with. Its key policy must let IAM policies of this account decide.
   *
   * @default - a key of its own, rotated each year
   */
  readonly encryptionKeyArn?: string;
  /**
   * How long a candidate that nobody promoted is kept. Whole days. Releases are copies and stay.
   *
   * @default Duration.days(90)
   */
  readonly candidateRetention?: Duration;
  /**
   * How long a version that a newer one replaced is kept. Whole days, more than the 30 after which it is archived. Versions of data and
   * audit records stay.
   *
   * @default Duration.days(365)
   */
  readonly oldVersionRetention?: Duration;
  /**
   * How long requests and answers are kept. Whole days, more than the 30 after which they are archived.
   *
   * @default - for ever, in a class that gets cheaper the longer nobody reads them
   */
  readonly predictionsLogRetention?: Duration;
  /**
   * How long nobody may delete a version of any object.
   *
   * @default - versions are protected by the rights of those who could delete them
   */
  readonly objectLock?: ObjectLock;
  /**
   * Where S3 writes who read and wrote what.
   *
   * @default - access is not logged
   */
  readonly accessLog?: IAccessLogBucket;
}

/**
 * A registry of models in a bucket of its own: private, versioned, encrypted, TLS only, kept when the stack is destroyed, and tidied by a
 * lifecycle that never touches what is in use.
 *
 * ```ts fixture=cloud
 * const registry = new RegistryBucket(cloud, 'Registry', { bucketName: 'acme-fraud-registry' });
 * registry.grants.register(trainer, 'fraud-detection');
 * registry.grants.promote(promoter, 'fraud-detection');
 * registry.grants.read(server, 'fraud-detection');
 * ```
 *
 * @see RegistryLayout
 */
export class RegistryBucket extends Construct implements IRegistryBucket {
  /**
   * A bucket that exists. Its folders must be those of `RegistryLayout`.
   *
   * @param scope where it is referred to
   * @param id id in that scope
   * @param bucketName name of the bucket
   * @param options region and key
   * @throws if the name is none of S3, or region or ARN of the key are malformed
   */
  public static fromBucketName(scope: Construct, id: string, bucketName: string, options: RegistryBucketImportOptions): IRegistryBucket {
    const problems = new InputProblems();
    problems.attempt(() => requireBucketName(bucketName));
    requireRegion(options.region, problems);
    requireKeyArn(options.encryptionKeyArn, problems);
    problems.throwAt(scope, id);
    return new ImportedRegistryBucket(scope, id, bucketName, options);
  }

  public readonly bucketName: string;
  public readonly region: string;
  public readonly grants: RegistryGrants;
  public readonly countsVersions = false;

  public constructor(scope: Construct, id: string, props: RegistryBucketProps) {
    super(scope, id);
    const problems = new InputProblems();
    problems.attempt(() => requireBucketName(props.bucketName));
    requireKeyArn(props.encryptionKeyArn, problems);
    requireDays('candidateRetention', props.candidateRetention, 1, problems);
    requireDays('oldVersionRetention', props.oldVersionRetention, ARCHIVE_AFTER_DAYS + 1, problems);
    requireDays('predictionsLogRetention', props.predictionsLogRetention, ARCHIVE_AFTER_DAYS + 1, problems);
    const location = locationOf(this, 'RegistryBucket', problems);
    problems.throwAt(scope, id);
    this.bucketName = props.bucketName;
    this.region = location!.region;
    const keyArn = props.encryptionKeyArn ?? encryptionKey(this, props.bucketName, location!);
    this.grants = RegistryGrants._of({ construct: this, bucketName: props.bucketName, region: this.region, keyArn });
    this.declare(props, keyArn, location!);
  }

  public get environment(): { [key: string]: string } {
    return s3Environment(`s3://${this.bucketName}`, this.region);
  }

  public get secretEnvironment(): { [key: string]: SecretRef } {
    return {};
  }

  public modelUri(release: ModelRelease): string {
    return uriOf(this.bucketName, release);
  }

  private declare(props: RegistryBucketProps, keyArn: string, location: Location): void {
    const { bucket, versioning } = privateBucket(this, {
      bucketName: props.bucketName,
      region: location.region,
      objectLock: props.objectLock !== undefined,
      keyArn,
      statements: [],
    });
    new (aws('s3-bucket-lifecycle-configuration').S3BucketLifecycleConfiguration)(this, 'Lifecycle', {
      bucket: bucket.id,
      rule: lifecycleRules({
        candidates: props.candidateRetention?.toDays() ?? 90,
        oldVersions: props.oldVersionRetention?.toDays() ?? 365,
        predictionsLog: props.predictionsLogRetention?.toDays(),
      }),
      // S3 takes rules about old versions only once there can be some
      dependsOn: [versioning],
    });
    if (props.objectLock) {
      new (aws('s3-bucket-object-lock-configuration').S3BucketObjectLockConfigurationA)(this, 'ObjectLock', {
        bucket: bucket.id,
        rule: { defaultRetention: { mode: props.objectLock.mode, days: props.objectLock.days } },
        dependsOn: [versioning],
      });
    }
    if (props.accessLog) {
      new (aws('s3-bucket-logging').S3BucketLoggingA)(this, 'AccessLog', {
        bucket: bucket.id,
        targetBucket: props.accessLog.bucketName,
        targetPrefix: `${props.bucketName}/`,
        // S3 asks whether its log delivery may write there
        dependsOn: waitFor(this, props.accessLog, 'Policy'),
      });
    }
  }
}

class ImportedRegistryBucket extends Construct implements IRegistryBucket {
  public readonly region: string;
  public readonly countsVersions = false;
  public readonly environment: { [key: string]: string };
  public readonly secretEnvironment: { [key: string]: SecretRef } = {};
  public readonly grants: RegistryGrants;

  public constructor(scope: Construct, id: string, public readonly bucketName: string, options: RegistryBucketImportOptions) {
    super(scope, id);
    this.region = options.region;
    this.environment = s3Environment(`s3://${bucketName}`, options.region);
    this.grants = RegistryGrants._of({ construct: this, bucketName, region: options.region, keyArn: options.encryptionKeyArn });
  }

  public modelUri(release: ModelRelease): string {
    return uriOf(this.bucketName, release);
  }
}

function uriOf(bucketName: string, release: ModelRelease): string {
  return `s3://${bucketName}/${RegistryLayout.artifact(release.model, release.version)}`;
}

function requireDays(prop: string, duration: Duration | undefined, least: number, problems: InputProblems): void {
  if (!duration) {return;}
  const days = duration.toDays({ integral: false });
  if (!Number.isInteger(days) || days < least) {
    problems.add('cloud/retention', `'${prop}' must be whole days, at least ${least}, got ${duration.toHumanString()}`);
  }
}
