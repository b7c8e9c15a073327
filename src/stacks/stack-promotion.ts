import { Duration } from 'cdk8s';
import { InputError } from '../private/input-error';

/** Who brings a version that passed its gate to users: the menu. */
export class StackPromotion {
  /**
   * The pipeline: it points the Rollout of the stack at the version, waits for its stages, and moves @champion, or rejects the version.
   *
   * Not under GitOps, where the pod template belongs to Git.
   *
   * @param within how long the stages may take. Half as long again as they last, and half an hour for pods to start, if left out
   */
  public static automatic(within?: Duration): StackPromotion {
    return new StackPromotion(undefined, within);
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
    return new StackPromotion(how.trim(), undefined);
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
  ) {}
}
