/** What is wrong with an expression, and where. */
export class PromqlSyntaxError extends Error {
  public constructor(
    /** What was found, such as `unexpected ')'`. */
    public readonly problem: string,
    /** Offset in the expression. */
    public readonly offset: number,
  ) {
    super(problem);
  }
}
