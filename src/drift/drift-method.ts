import { DriftThreshold } from './drift-threshold';
import { InputError } from '../private/input-error';

/** What the values of a feature are. */
export enum FeatureType {
  /** Numbers. */
  NUMERICAL = 'numerical',
  /** One of a list. */
  CATEGORICAL = 'categorical',
}

/** How two distributions are compared, each method with the kind of threshold that it has. Bins and constants are those of Evidently. */
export class DriftMethod {
  /**
   * Population stability index.
   *
   * @param threshold a distance, `DriftThreshold.distance(0.15)` where none is given
   * @throws if the threshold is a p-value
   */
  public static psi(threshold: DriftThreshold = DriftThreshold.distance(0.15)): DriftMethod {
    return DriftMethod.of('psi', 'PSI', threshold, 'distance', BOTH);
  }

  /**
   * Kullback-Leibler divergence.
   *
   * @param threshold a distance, `DriftThreshold.distance(0.1)` where none is given
   * @throws if the threshold is a p-value
   */
  public static kullbackLeibler(threshold: DriftThreshold = DriftThreshold.distance(0.1)): DriftMethod {
    return DriftMethod.of('kl_div', 'the Kullback-Leibler divergence', threshold, 'distance', BOTH);
  }

  /**
   * Jensen-Shannon distance.
   *
   * @param threshold a distance, `DriftThreshold.distance(0.1)` where none is given
   * @throws if the threshold is a p-value
   */
  public static jensenShannon(threshold: DriftThreshold = DriftThreshold.distance(0.1)): DriftMethod {
    return DriftMethod.of('jensenshannon', 'the Jensen-Shannon distance', threshold, 'distance', BOTH);
  }

  /**
   * Wasserstein distance in standard deviations of the reference. For numbers.
   *
   * @param threshold a distance, `DriftThreshold.distance(0.1)` where none is given
   * @throws if the threshold is a p-value
   */
  public static wasserstein(threshold: DriftThreshold = DriftThreshold.distance(0.1)): DriftMethod {
    return DriftMethod.of('wasserstein', 'the Wasserstein distance', threshold, 'distance', [FeatureType.NUMERICAL]);
  }

  /**
   * Kolmogorov-Smirnov test. For numbers. With many samples it finds differences that do not matter: a distance may serve better.
   *
   * @param threshold a p-value, `DriftThreshold.pValue(0.05)` where none is given
   * @throws if the threshold is a distance
   */
  public static kolmogorovSmirnov(threshold: DriftThreshold = DriftThreshold.pValue(0.05)): DriftMethod {
    return DriftMethod.of('ks', 'the Kolmogorov-Smirnov test', threshold, 'p-value', [FeatureType.NUMERICAL]);
  }

  /**
   * Chi-square test. For categories.
   *
   * @param threshold a p-value, `DriftThreshold.pValue(0.05)` where none is given
   * @throws if the threshold is a distance
   */
  public static chiSquare(threshold: DriftThreshold = DriftThreshold.pValue(0.05)): DriftMethod {
    return DriftMethod.of('chisquare', 'the chi-square test', threshold, 'p-value', [FeatureType.CATEGORICAL]);
  }

  private static of(methodName: string, title: string, threshold: DriftThreshold, kind: string, types: FeatureType[]): DriftMethod {
    if (threshold.kind !== kind) {
      const [is, take] = kind === 'distance' ? ['a distance', 'distance'] : ['a p-value', 'pValue'];
      throw new InputError('drift/threshold-kind',
        `${title} is judged by ${is}, got ${threshold.kind === 'distance' ? 'the distance' : 'the p-value'} ${threshold.value}; use DriftThreshold.${take}()`);
    }
    return new DriftMethod(methodName, title, threshold, types);
  }

  private constructor(
    /** Name, as Evidently has it, such as `psi`. */
    public readonly methodName: string,
    /** Name for people. */
    public readonly title: string,
    /** What the score is compared with. */
    public readonly threshold: DriftThreshold,
    private readonly types: FeatureType[],
  ) {}

  /**
   * Whether the method compares values of a type.
   *
   * @param type type of the values
   */
  public compares(type: FeatureType): boolean {
    return this.types.includes(type);
  }
}

const BOTH = [FeatureType.NUMERICAL, FeatureType.CATEGORICAL];
