/**
 * Data as it was at one moment, so that a training can be repeated and an audit can ask what it saw.
 */
export class DataSnapshot {
  /**
   * Data under DVC: a path in a Git repository at a revision.
   *
   * @param uri repository and path, such as `https://git.example.com/fraud/data.git#features`
   * @param revision Git commit
   * @see https://dvc.org/doc
   */
  public static dvc(uri: string, revision: string): DataSnapshot {
    return new DataSnapshot('dvc', uri, revision);
  }

  private constructor(
    /** Kind of the store: `dvc`, `lakefs`, `s3` or `git`. */
    public readonly kind: string,
    /** Where the data are. */
    public readonly uri: string,
    /** Which state of them: a commit or an object version. */
    public readonly revision: string,
  ) {}
}
