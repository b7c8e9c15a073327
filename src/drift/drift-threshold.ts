import { InputError } from '../private/input-error';

/** What a score is compared with: a distance and a p-value look alike and mean opposite things. */
export class DriftThreshold {
  /**
   * A distance: a feature whose score is greater has drifted.
   *
   * @param above greater than 0.05, such as `0.15`
   * @throws if it is not a number greater than 0.05, below which chance alone is drift
   */
  public static distance(above: number): DriftThreshold {
    if (!(above > 0.05) || !Number.isFinite(above)) {
      throw new InputError('drift/malformed-distance',
        `a distance that means drift must be greater than 0.05, got ${above}; for the p-value of a test there is DriftThreshold.pValue()`);
    }
    return new DriftThreshold('distance', '>', above);
  }

  /**
   * A p-value of a test: a feature whose value is smaller has drifted.
   *
   * @param below greater than 0, at most 0.1, such as `0.05`
   * @throws if it is not greater than 0 and at most 0.1
   */
  public static pValue(below: number): DriftThreshold {
    if (!(below > 0 && below <= 0.1)) {
      throw new InputError('drift/malformed-p-value',
        `a p-value that means drift must be greater than 0 and at most 0.1, got ${below}; for a distance there is DriftThreshold.distance()`);
    }
    return new DriftThreshold('p-value', '<', below);
  }

  private constructor(
    /** `distance` or `p-value`. */
    public readonly kind: string,
    /** `>` or `<`: what the score must be for drift. */
    public readonly operator: string,
    /** The number. */
    public readonly value: number,
  ) {}
}
