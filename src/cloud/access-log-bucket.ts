import { Construct, IConstruct } from 'constructs';
import { InputProblems } from '../private/input-error';
import { requireBucketName } from '../private/s3-names';
import { Location, locationOf, s3Arn } from './private/location';
import { aws } from './private/packages';
import { Statement } from './private/policy';
import { privateBucket } from './private/private-bucket';

/** A bucket that other buckets write who read and wrote what. */
export interface IAccessLogBucket extends IConstruct {
  /** Name of the bucket. */
  readonly bucketName: string;
}

/** Properties of `AccessLogBucket`. */
export interface AccessLogBucketProps {
  /** Name of the bucket: unique in all of AWS, a plain string. */
  readonly bucketName: string;
}

/**
 * The place for the access logs of buckets in the same account and region: private, versioned, TLS only, kept for a year. Encrypted with
 * the keys of S3, since its log delivery cannot write with a key of KMS as default.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
 */
export class AccessLogBucket extends Construct implements IAccessLogBucket {
  /**
   * A bucket that takes access logs already.
   *
   * @param scope where it is referred to
   * @param id id in that scope
   * @param bucketName name of the bucket
   */
  public static fromBucketName(scope: Construct, id: string, bucketName: string): IAccessLogBucket {
    return new ImportedAccessLogBucket(scope, id, bucketName);
  }

  public readonly bucketName: string;

  public constructor(scope: Construct, id: string, props: AccessLogBucketProps) {
    super(scope, id);
    const problems = new InputProblems();
    problems.attempt(() => requireBucketName(props.bucketName));
    const location = locationOf(this, 'AccessLogBucket', problems);
    problems.throwAt(scope, id);
    this.bucketName = props.bucketName;
    this.declare(location!);
  }

  private declare(location: Location): void {
    const { bucket, versioning } = privateBucket(this, {
      bucketName: this.bucketName,
      region: location.region,
      objectLock: false,
      statements: [this.takeLogs(location)],
    });
    new (aws('s3-bucket-lifecycle-configuration').S3BucketLifecycleConfiguration)(this, 'Lifecycle', {
      bucket: bucket.id,
      rule: [{
        id: 'retire-logs',
        status: 'Enabled',
        filter: [{ prefix: '' }],
        expiration: [{ days: 365 }],
        noncurrentVersionExpiration: [{ noncurrentDays: 1 }],
        abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
      }],
      dependsOn: [versioning],
    });
  }

  private takeLogs(location: Location): Statement {
    return {
      Sid: 'TakeAccessLogs',
      Effect: 'Allow',
      Principal: { Service: 'logging.s3.amazonaws.com' },
      Action: ['s3:PutObject'],
      Resource: [s3Arn(location.region, `${this.bucketName}/*`)],
      Condition: { StringEquals: { 'aws:SourceAccount': location.accountId } },
    };
  }
}

class ImportedAccessLogBucket extends Construct implements IAccessLogBucket {
  public constructor(scope: Construct, id: string, public readonly bucketName: string) {
    super(scope, id);
  }
}
