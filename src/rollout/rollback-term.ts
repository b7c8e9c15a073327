import { Duration } from 'cdk8s';

/** One term of the time that a rollback takes. */
export interface RollbackTerm {
  /** What takes the time. */
  readonly term: string;
  /** How long it may take. */
  readonly duration: Duration;
  /** Where the number comes from. */
  readonly why: string;
}
