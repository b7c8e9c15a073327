import { ContainerResources } from 'cdk8s-plus-28';
import { DataSnapshot } from '../core/data-snapshot';
import { ImageRef } from '../core/image-ref';
import { SecretRef } from '../core/secret-ref';
import { InputProblems } from '../private/input-error';

/** A step that takes a snapshot of the data. */
export interface SnapshotStep {
  /** Image of the step. */
  readonly image: ImageRef;
  /** Commits or copies the data of now, and writes what it made, `<kind>:<address>@<revision>`, to the file `DATA_SNAPSHOT_PATH`. */
  readonly command: string[];
  /** What the step may use. */
  readonly resources: ContainerResources;
  /**
   * Variables.
   *
   * @default - none
   */
  readonly env?: { [name: string]: string };
  /**
   * Variables whose values are secrets.
   *
   * @default - none
   */
  readonly secrets?: { [name: string]: SecretRef };
}

/** Which data a pipeline trains on. Whatever it is, it has a name for ever before the training reads it, and that name is recorded. */
export class TrainingData {
  /**
   * The data of now: each run takes a snapshot first. A retraining on old data would make the old model again.
   *
   * @param step what takes the snapshot
   * @throws if the image is given by tag, or there is no command
   */
  public static takenBy(step: SnapshotStep): TrainingData {
    const problems = new InputProblems();
    if (!step.image.isPinned) {
      problems.add('training/unpinned-snapshot-image', `the image that takes a snapshot must be given by digest, got '${step.image.uri}'`);
    }
    if (step.command.length === 0) {
      problems.add('training/no-snapshot-command', "'command' must name the program that takes a snapshot, got none");
    }
    problems.throwAll();
    return new TrainingData(undefined, step);
  }

  /**
   * The same data in every run, for a pipeline that people start after they changed the program.
   *
   * @param snapshot the data
   */
  public static snapshot(snapshot: DataSnapshot): TrainingData {
    return new TrainingData(snapshot, undefined);
  }

  private constructor(
    /** @internal */
    public readonly _snapshot: DataSnapshot | undefined,
    /** @internal */
    public readonly _step: SnapshotStep | undefined,
  ) {}
}
