import { Duration } from 'cdk8s';
import { InputError } from '../private/input-error';
import { ReleaseBranch } from '../training/release-branch';

/** Who brings a version that passed its gate to users: the menu. */
export class StackPromotion {
  /**
   * The pipeline: it points the Rollout of the stack at the version, waits for its stages, and moves @champion, or rejects the version.
   *
   * Not under GitOps, where the pod template belongs to Git: `byCommit()` is the way there.
   *
   * @param within how long the stages may take. Half as long again as they last, and half an hour for pods to start, if left out
   */
  public static automatic(within?: Duration): StackPromotion {
    return new StackPromotion(undefined, within, undefined);
  }

  /**
   * The pipeline, where a GitOps controller applies what is in Git: it changes the record in a branch, waits for the stages of the Rollout, and moves
   * @champion, or takes the commit back.
   *
   * @param branch the branch of the records
   * @param within how long the stages may take, the way from a commit to the cluster included. As for `automatic()` if left out
   */
  public static byCommit(branch: ReleaseBranch, within?: Duration): StackPromotion {
    return new StackPromotion(undefined, within, branch);
  }

  /**
   * People, or a pipeline of another system: the version becomes @challenger and waits for them.
   *
   * @param how how they do it, such as `CI commits releases/fraud-detection.json`. Stands in the report
   * @throws if nobody would know how
   */
  public static byPeople(how: string): StackPromotion {
    if (how.trim() === '') {
      throw new InputError('stacks/unknown-promotion', "'how' must say how people promote what passed its gate, got ''; or use StackPromotion.automatic()");
    }
    return new StackPromotion(how.trim(), undefined, undefined);
  }

  private constructor(
    /**
     * How people promote.
     *
     * @default - the pipeline does
     */
    public readonly how: string | undefined,
    /**
     * How long the stages may take.
     *
     * @default - as the stages ask
     */
    public readonly within: Duration | undefined,
    /**
     * The branch in which the record is changed.
     *
     * @default - the pod template itself is
     */
    public readonly branch: ReleaseBranch | undefined,
  ) {}
}
