import { Duration } from 'cdk8s';
import { InputProblems } from '../../private/input-error';
import { wholeSeconds } from '../../private/whole-units';

/** Options of `KnativeScaling`. */
export interface KnativeScalingOptions {
  /** How much one pod is meant to carry, from a load test: requests at the same time, or requests each second. */
  readonly perPod: number;
  /**
   * Fewest pods. With 0 the model goes to sleep without requests, and the first one waits until a pod is warm.
   *
   * @default 2
   */
  readonly minReplicas?: number;
  /** Most pods. */
  readonly maxReplicas: number;
  /**
   * How long fewer requests must last before a pod is let go, at most an hour.
   *
   * @default Duration.minutes(10)
   */
  readonly scaleDownDelay?: Duration;
}

/**
 * How Knative chooses the number of pods: by the requests that it forwards itself.
 *
 * @see https://knative.dev/docs/serving/autoscaling/autoscaling-metrics/
 */
export class KnativeScaling {
  /**
   * By the number of requests that are answered at the same time.
   *
   * @param options share of a pod, range
   * @throws if the range or the share is malformed
   */
  public static concurrency(options: KnativeScalingOptions): KnativeScaling {
    return KnativeScaling.by('concurrency', options);
  }

  /**
   * By the number of requests each second.
   *
   * @param options share of a pod, range
   * @throws if the range or the share is malformed
   */
  public static requestsPerSecond(options: KnativeScalingOptions): KnativeScaling {
    return KnativeScaling.by('rps', options);
  }

  private static by(metric: string, options: KnativeScalingOptions): KnativeScaling {
    const { perPod, minReplicas = 2, maxReplicas } = options;
    const scaleDownDelay = wholeSeconds(options.scaleDownDelay ?? Duration.minutes(10));
    const problems = new InputProblems();
    if (!Number.isInteger(minReplicas) || minReplicas < 0 || !Number.isInteger(maxReplicas) || maxReplicas < Math.max(1, minReplicas)) {
      problems.add('knative/malformed-range',
        `'maxReplicas' must be a whole number of at least 1 that is not below 'minReplicas', and that at least 0, got ${minReplicas} to ${maxReplicas}`);
    }
    if (!Number.isInteger(perPod) || perPod < 1) {
      problems.add('knative/malformed-share', `'perPod' must be a whole number of at least 1, got ${perPod}; say how many requests one pod carries`);
    }
    if (scaleDownDelay.toSeconds() > 3600) {
      problems.add('knative/long-scale-down', `'scaleDownDelay' must be at most an hour, got ${scaleDownDelay.toSeconds()}s`);
    }
    problems.throwAll();
    return new KnativeScaling(metric, perPod, minReplicas, maxReplicas, scaleDownDelay);
  }

  private constructor(
    /** What is counted: `concurrency` or `rps`. */
    public readonly metric: string,
    /** How much one pod is meant to carry. */
    public readonly perPod: number,
    /** Fewest pods. */
    public readonly minReplicas: number,
    /** Most pods. */
    public readonly maxReplicas: number,
    /** How long fewer requests must last before a pod is let go. */
    public readonly scaleDownDelay: Duration,
  ) {}

  /**
   * The annotation that KServe has no field for.
   *
   * @internal
   */
  public get _calmDown(): { [key: string]: string } {
    return { 'autoscaling.knative.dev/scale-down-delay': `${this.scaleDownDelay.toSeconds()}s` };
  }

  /**
   * The annotations of a revision.
   *
   * @internal
   */
  public get _annotations(): { [key: string]: string } {
    return {
      'autoscaling.knative.dev/class': 'kpa.autoscaling.knative.dev',
      'autoscaling.knative.dev/metric': this.metric,
      'autoscaling.knative.dev/target': `${this.perPod}`,
      'autoscaling.knative.dev/min-scale': `${this.minReplicas}`,
      'autoscaling.knative.dev/max-scale': `${this.maxReplicas}`,
      ...this._calmDown,
    };
  }
}
