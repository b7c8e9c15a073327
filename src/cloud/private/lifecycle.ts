import type { S3BucketLifecycleConfigurationRule } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration';
import { RegistryLayout } from '../../core/registry-layout';

/** How long what is not in use is kept, in days. */
export interface Retention {
  readonly candidates: number;
  readonly oldVersions: number;
  readonly predictionsLog?: number;
}

/** Old versions move to cheap storage after this, and cannot expire before. */
export const ARCHIVE_AFTER_DAYS = 30;

/** A report of an hour is made out of what is kept elsewhere, and nothing refers to an old one. */
const REPORTS_EXPIRE_AFTER_DAYS = 365;

const ERASED_WITHIN_DAYS = 7;

/**
 * One rule per folder. A lifecycle rule knows age, not use: so current objects of a folder that pods and people read never expire, they move
 * to a class that keeps in the fast tier what is read. What expires is what a newer version replaced, and candidates that nobody promoted.
 */
export function lifecycleRules(retention: Retention): S3BucketLifecycleConfigurationRule[] {
  return [
    rule('tidy-up', '', { abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }], expiration: [{ expiredObjectDeleteMarker: true }] }),
    rule('retire-candidates', RegistryLayout.MODELS, { expiration: [{ days: retention.candidates }], ...expireOld(ARCHIVE_AFTER_DAYS) }),
    ...[RegistryLayout.PRODUCTION, RegistryLayout.REFERENCE, RegistryLayout.MLFLOW].map((folder) =>
      rule(`archive-${nameOf(folder)}`, folder, { ...tier(), ...archiveOld(), ...expireOld(retention.oldVersions) })),
    rule('archive-predictions-log', RegistryLayout.PREDICTIONS_LOG, { ...tier(), ...predictionsLog(retention) }),
    rule('expire-reports', RegistryLayout.REPORTS, { expiration: [{ days: REPORTS_EXPIRE_AFTER_DAYS }], ...expireOld(ERASED_WITHIN_DAYS) }),
    // a release names the versions of the data that it was trained on, and an audit record is never lost
    ...[RegistryLayout.DATA, RegistryLayout.AUDIT].map((folder) => rule(`archive-${nameOf(folder)}`, folder, { ...tier(), ...archiveOld() })),
    // what was erased is gone soon
    rule('erase-pii', RegistryLayout.PERSONAL_DATA, { ...tier(), ...expireOld(ERASED_WITHIN_DAYS) }),
  ];
}

function predictionsLog(retention: Retention): Partial<S3BucketLifecycleConfigurationRule> {
  if (retention.predictionsLog === undefined) {return { ...archiveOld(), ...expireOld(retention.oldVersions) };}
  return { expiration: [{ days: retention.predictionsLog }], ...expireOld(ERASED_WITHIN_DAYS) };
}

function rule(id: string, prefix: string, effects: Partial<S3BucketLifecycleConfigurationRule>): S3BucketLifecycleConfigurationRule {
  return { id, status: 'Enabled', filter: [{ prefix }], ...effects };
}

function tier(): Partial<S3BucketLifecycleConfigurationRule> {
  return { transition: [{ days: ARCHIVE_AFTER_DAYS, storageClass: 'INTELLIGENT_TIERING' }] };
}

function archiveOld(): Partial<S3BucketLifecycleConfigurationRule> {
  return { noncurrentVersionTransition: [{ noncurrentDays: ARCHIVE_AFTER_DAYS, storageClass: 'GLACIER_IR' }] };
}

function expireOld(days: number): Partial<S3BucketLifecycleConfigurationRule> {
  return { noncurrentVersionExpiration: [{ noncurrentDays: days }] };
}

function nameOf(folder: string): string {
  return folder.replace(/\/$/, '');
}
