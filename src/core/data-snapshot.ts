import { InputError } from '../private/input-error';
import { isMovingName, movingNameMessage } from '../private/revisions';
import { parseS3Uri } from '../private/s3-names';
import { hasCredentials } from '../private/web-address';

/** A snapshot as it stands in a release record. */
export interface DataSnapshotRecord {
  /** Kind of the store: `dvc`, `lakefs`, `s3` or `git`. */
  readonly kind: string;
  /** Where the data are. */
  readonly uri: string;
  /** Which state of them: a commit or an object version. */
  readonly revision: string;
}

/**
 * Data as it was at one moment, so that a training can be repeated and an audit can ask what it saw.
 *
 * A branch or `latest` is refused: what it names tomorrow is not what was trained on.
 */
export class DataSnapshot {
  /**
   * Data under DVC: a path in a Git repository at a revision.
   *
   * @param uri repository and path, such as `https://git.example.com/fraud/data.git#features`
   * @param revision Git commit or tag
   * @throws if the revision is a branch, or the address is empty or holds a password
   * @see https://dvc.org/doc
   */
  public static dvc(uri: string, revision: string): DataSnapshot {
    return new DataSnapshot('dvc', uri, revision);
  }

  /**
   * A commit of a lakeFS repository.
   *
   * @param repository name of the repository, such as `fraud-data`
   * @param commit id of the commit, or a tag
   * @throws if the commit is a branch, or the name is not one of lakeFS
   * @see https://docs.lakefs.io/understand/model/
   */
  public static lakeFs(repository: string, commit: string): DataSnapshot {
    if (!/^[a-z0-9][a-z0-9-]{2,62}$/.test(repository)) {
      throw new InputError('data-snapshot/malformed-repository',
        `'repository' must be 3 to 63 lower-case letters, digits and '-', starting with a letter or digit, got '${repository}'`);
    }
    return new DataSnapshot('lakefs', `lakefs://${repository}`, commit);
  }

  /**
   * One version of an object in a versioned bucket.
   *
   * @param uri address of the object, such as `s3://fraud-data/features.parquet`
   * @param versionId version of the object
   * @throws if the address names no object, or the version is `null`, which is what a bucket without versioning answers
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html
   */
  public static s3ObjectVersion(uri: string, versionId: string): DataSnapshot {
    return new DataSnapshot('s3', uri, versionId);
  }

  /**
   * Data in a Git repository.
   *
   * @param repository address of the repository, such as `https://git.example.com/fraud/data.git`
   * @param commit Git commit or tag
   * @param path folder or file in the repository. The whole repository if left out
   * @throws if the commit is a branch, or the address is empty or holds a password
   */
  public static git(repository: string, commit: string, path?: string): DataSnapshot {
    return new DataSnapshot('git', path === undefined ? repository : `${repository}#${path}`, commit);
  }

  /**
   * A snapshot from a release record.
   *
   * @param record kind, address and revision
   * @throws if the kind is none of `dvc`, `lakefs`, `s3` and `git`, or a value is malformed
   */
  public static fromRecord(record: DataSnapshotRecord): DataSnapshot {
    if (!KINDS.includes(record.kind)) {
      throw new InputError('data-snapshot/unknown-kind', `'kind' must be one of ${KINDS.join(', ')}, got '${record.kind}'`);
    }
    return new DataSnapshot(record.kind, record.uri, record.revision);
  }

  private constructor(
    /** Kind of the store: `dvc`, `lakefs`, `s3` or `git`. */
    public readonly kind: string,
    /** Where the data are. */
    public readonly uri: string,
    /** Which state of them: a commit or an object version. */
    public readonly revision: string,
  ) {
    requireUri(kind, uri);
    requireRevision(kind, revision);
  }

  /** `<kind>:<uri>@<revision>`, in one line: the same for the same data, so that it can be searched for. */
  public toString(): string {
    return `${this.kind}:${this.uri}@${this.revision}`;
  }

  /** The snapshot as it stands in a release record. */
  public toRecord(): DataSnapshotRecord {
    return { kind: this.kind, uri: this.uri, revision: this.revision };
  }
}

const KINDS = ['dvc', 'lakefs', 's3', 'git'];

function requireUri(kind: string, uri: string): void {
  if (typeof uri !== 'string' || !/^[\x21-\x7e]+$/.test(uri)) {
    throw new InputError('data-snapshot/malformed-uri', `the address of a snapshot must be printable ASCII without blanks, got '${uri}'; encode others with '%'`);
  }
  if (URL.canParse(uri) && hasCredentials(new URL(uri))) {
    throw new InputError('data-snapshot/credentials-in-uri',
      `the address of a snapshot must not hold a user or password, got one for '${new URL(uri).host}'; it is written on every object`);
  }
  if (kind === 's3' && parseS3Uri(uri).prefix === '') {
    throw new InputError('data-snapshot/not-an-object', `the address of an object version must name an object, got '${uri}'`);
  }
}

function requireRevision(kind: string, revision: string): void {
  const example = kind === 's3' ? 'a version id' : 'a commit id';
  if (typeof revision !== 'string' || !/^[\x21-\x7e]+$/.test(revision)) {
    throw new InputError('data-snapshot/malformed-revision',
      `the revision of a snapshot must be ${example}: printable ASCII without blanks, got '${revision}'`);
  }
  if (kind === 's3' && revision === 'null') {
    throw new InputError('data-snapshot/unversioned-object',
      "'versionId' must be the version of an object, got 'null': the bucket had no versioning when the object was written; turn it on and write the object again");
  }
  if (kind !== 's3' && isMovingName(revision)) {
    throw new InputError('data-snapshot/moving-revision', movingNameMessage('the revision of a snapshot', revision));
  }
}
