import { InputProblems } from '../private/input-error';
import { parseS3Uri } from '../private/s3-names';

/** Labelled examples that every version is judged on. Its content is a part of its identity: another set is another judge, and a change to review. */
export class GoldenSet {
  /**
   * A file in object storage.
   *
   * @param uri address, such as `s3://acme-registry/reference/fraud/golden.parquet`
   * @param sha256 SHA-256 of the file, 64 hex digits
   * @throws if the address is none of S3, or the hash is malformed
   */
  public static fromS3Uri(uri: string, sha256: string): GoldenSet {
    const problems = new InputProblems();
    problems.attempt(() => parseS3Uri(uri));
    if (!/^[0-9a-f]{64}$/.test(sha256)) {
      problems.add('training/golden-set-hash', `'sha256' of the golden set '${uri}' must be 64 hex digits, got '${sha256}'`);
    }
    problems.throwAll();
    return new GoldenSet(uri, sha256);
  }

  private constructor(
    /** Address of the file. */
    public readonly uri: string,
    /** SHA-256 of the file. */
    public readonly sha256: string,
  ) {}
}
