import { ImageRef } from '../../core/image-ref';
import { ModelRelease } from '../../core/model-release';
import { InputProblems } from '../../private/input-error';
import { Autoscaling } from '../autoscaling';
import { KnativeScaling } from '../knative/knative-scaling';
import { ModelSource } from '../model-source';
import { ITrafficRouter } from '../traffic-router';

/** A version that is to take over from the one that serves. */
export interface KserveChallenger {
  /** The version. */
  readonly release: ModelRelease;
  /** Image of its server. */
  readonly image: ImageRef;
  /**
   * Where its server finds the artifact.
   *
   * @default - where the one that serves does
   */
  readonly source?: ModelSource;
}

/** Options of a version that takes over stage by stage. */
export interface KserveStagesOptions {
  /** Who shares requests out between the versions. It has to be able to give weights. */
  readonly router: ITrafficRouter;
  /**
   * The version that is to take over. It gets no requests until its weight is raised.
   *
   * @default - none for now
   */
  readonly challenger?: KserveChallenger;
}

/** Options of `KserveMode.standard()`. */
export interface KserveStandardOptions {
  /**
   * Number of pods, where no autoscaler decides.
   *
   * @default 2
   */
  readonly replicas?: number;
  /**
   * Something that chooses the number of pods. It cannot be none: nobody would hold the requests meanwhile.
   *
   * @default - the number is fixed
   */
  readonly autoscaling?: Autoscaling;
  /**
   * Share of the pods that may be added while a new version rolls out, in percent. None is ever missing.
   *
   * @default 25
   */
  readonly maxSurgePercent?: number;
  /**
   * Versions beside each other, each an InferenceService of its own, and a route of ours between them: `spec.canary` of KServe 0.20 sets numbers
   * of pods, but routes no request.
   *
   * @default - a new version takes over pod by pod
   */
  readonly stages?: KserveStagesOptions;
}

/** Options of `KserveMode.knative()`. */
export interface KserveKnativeOptions {
  /** How Knative chooses the number of pods. */
  readonly scaling: KnativeScaling;
  /**
   * Share of the requests that the new revision gets, in percent. The rest stays with the one that was rolled out last. KServe ignores it at
   * the first deployment.
   *
   * @default - all, as soon as it is ready
   */
  readonly canaryTrafficPercent?: number;
  /**
   * Requests that a pod may be given at the same time. More wait in front of it.
   *
   * @default - as many as there are
   */
  readonly containerConcurrency?: number;
  /**
   * Whether the new revision can be called by the tag `latest`, and the one before by `prev`.
   *
   * @default true
   */
  readonly tags?: boolean;
}

/**
 * How KServe runs a model. A mode offers what KServe heeds in it, and nothing that it would ignore without a word. It is decided once: KServe
 * refuses to change the mode of an InferenceService.
 *
 * @see https://kserve.github.io/website/docs/admin-guide/overview
 */
export class KserveMode {
  /**
   * A Deployment and a Service. `canaryTrafficPercent` does not exist here, since KServe would ignore it.
   *
   * @param options number of pods, way of rolling
   * @throws if a number is malformed, or there are a number and an autoscaler
   */
  public static standard(options: KserveStandardOptions = {}): KserveMode {
    const { replicas, autoscaling, maxSurgePercent } = options;
    const problems = new InputProblems();
    if (replicas !== undefined && autoscaling) {
      problems.add('kserve/replicas-and-autoscaling', `'replicas' (${replicas}) and 'autoscaling' exclude each other; drop one of them`);
    }
    if (replicas !== undefined && (!Number.isInteger(replicas) || replicas < 1)) {
      problems.add('kserve/malformed-replicas', `'replicas' must be a positive integer, got ${replicas}; only KserveMode.knative() can go down to none`);
    }
    if (maxSurgePercent !== undefined && (!Number.isInteger(maxSurgePercent) || maxSurgePercent < 1 || maxSurgePercent > 100)) {
      problems.add('kserve/malformed-surge', `'maxSurgePercent' must be between 1 and 100, got ${maxSurgePercent}; no pod may be missing during a roll`);
    }
    const { weights, serviceForEach } = options.stages?.router.capabilities ?? { weights: true, serviceForEach: true };
    if (!weights || !serviceForEach) {
      problems.add('kserve/router-without-weights',
        `'router' must be able to give versions with Services of their own a share of the requests, got ${options.stages!.router.routerName}; use TrafficRouter.istio()`);
    }
    problems.throwAll();
    return new KserveMode('Standard', options, undefined);
  }

  /**
   * A Service of Knative: revisions between which requests are shared out, and pods that follow the requests, down to none where asked.
   *
   * @param options pods, shares
   * @throws if a number is malformed
   */
  public static knative(options: KserveKnativeOptions): KserveMode {
    const { canaryTrafficPercent: percent, containerConcurrency: limit } = options;
    const problems = new InputProblems();
    if (percent !== undefined && (!Number.isInteger(percent) || percent < 0 || percent > 100)) {
      problems.add('kserve/malformed-percent', `'canaryTrafficPercent' must be a whole number from 0 to 100, got ${percent}`);
    }
    if (limit !== undefined && (!Number.isInteger(limit) || limit < 1 || limit > 1000)) {
      problems.add('kserve/malformed-concurrency', `'containerConcurrency' must be a whole number from 1 to 1000, got ${limit}`);
    }
    problems.throwAll();
    return new KserveMode('Knative', undefined, options);
  }

  private constructor(
    /** `Standard` or `Knative`. */
    public readonly modeName: string,
    /** What is said of the mode `Standard`, where it is that. */
    public readonly standardOptions?: KserveStandardOptions,
    /** What is said of the mode `Knative`, where it is that. */
    public readonly knativeOptions?: KserveKnativeOptions,
  ) {}
}
