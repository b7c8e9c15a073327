/** One way back to the version before, as somebody types it. */
export interface RollbackCall {
  /** When it is the right one, such as `while the new version takes over`. */
  readonly when: string;
  /** What is typed. */
  readonly command: string;
  /** What it does, and what it leaves to do. */
  readonly effect: string;
  /** Whether a GitOps controller lets it stand: it changes nothing that Git describes. */
  readonly staysUnderGitOps: boolean;
}
