import { ManifestSet } from './manifest-set';
import { FindingSeverity } from '../core/findings';

/** What a rule found in one manifest. */
export interface PolicyFinding {
  /** What is the matter, with the value. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** One thing that an organisation asks of every manifest. */
export interface IPolicyRule {
  /** Id such as `supply-chain/unpinned-image`. */
  readonly ruleId: string;
  /** How bad a finding is. */
  readonly severity: FindingSeverity;
  /**
   * Look at one manifest. A rule that does not apply finds nothing.
   *
   * @param manifest the object as Kubernetes would get it
   * @param neighbours it and every other manifest that the pack looks at, for what takes two: a pod and its disruption budget
   */
  check(manifest: any, neighbours: ManifestSet): PolicyFinding[];
}
