import { Duration } from 'cdk8s';
import { InputError } from '../private/input-error';

/**
 * How long nobody may delete or overwrite a version of an object.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 */
export class ObjectLock {
  /**
   * Versions are kept for a time. Who has `s3:BypassGovernanceRetention` can shorten it.
   *
   * @param retention whole days
   * @throws if it is not a whole number of days, at least one
   */
  public static governance(retention: Duration): ObjectLock {
    return new ObjectLock('GOVERNANCE', wholeDays(retention));
  }

  /**
   * Versions are kept for a time, and nobody can shorten it: neither the root user nor AWS. A mistake costs its storage until the end, and
   * personal data cannot be erased before.
   *
   * @param retention whole days
   * @throws if it is not a whole number of days, at least one
   */
  public static compliance(retention: Duration): ObjectLock {
    return new ObjectLock('COMPLIANCE', wholeDays(retention));
  }

  private constructor(
    /** Mode in S3's own words. */
    public readonly mode: string,
    /** How long a version is kept. */
    public readonly days: number,
  ) {}
}

function wholeDays(retention: Duration): number {
  const days = retention.toDays({ integral: false });
  if (!Number.isInteger(days) || days < 1) {
    throw new InputError('cloud/lock-retention', `the retention of an object lock must be whole days, at least one, got ${retention.toHumanString()}`);
  }
  return days;
}
