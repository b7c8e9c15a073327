import { Duration } from 'cdk8s';
import { InputProblems } from '../private/input-error';
import { isDnsLabel } from '../private/kubernetes-names';

/** When a Job runs, in a sync of Argo CD. */
export enum SyncPhase {
  /** Before anything is applied, such as a migration. */
  PRE_SYNC = 'PreSync',
  /** Together with what is applied. */
  SYNC = 'Sync',
  /** After everything is applied and healthy, such as a smoke test. */
  POST_SYNC = 'PostSync',
}

/** Options of `GitOps.argoCd()`. */
export interface ArgoCdOptions {
  /**
   * Longest time until a commit is noticed. The default is that of polling; with a webhook of the Git server it is a few seconds.
   *
   * @default Duration.minutes(3)
   */
  readonly syncDelay?: Duration;
  /**
   * Namespace of the `Application`, for the snippet that the app writes beside the manifests.
   *
   * @default argocd
   */
  readonly namespace?: string;
}

/** What applies the manifests. */
export class GitOps {
  /** `kubectl apply` by hand or by CI. */
  public static none(): GitOps {
    return new GitOps('none', Duration.seconds(0), '');
  }

  /**
   * Argo CD. The `Application` is yours: what it needs to leave alone what controllers own is written beside the manifests.
   *
   * @param options polling
   * @throws if the namespace is malformed
   * @see https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/
   */
  public static argoCd(options: ArgoCdOptions = {}): GitOps {
    const namespace = options.namespace ?? 'argocd';
    const problems = new InputProblems();
    if (!isDnsLabel(namespace)) {
      problems.add('git-ops/malformed-namespace', `'namespace' must be at most 63 lower-case letters, digits and '-', got '${namespace}'`);
    }
    problems.throwAll();
    return new GitOps('argocd', options.syncDelay ?? Duration.minutes(3), namespace);
  }

  private constructor(
    /** `none` or `argocd`. */
    public readonly controller: string,
    /** Longest time between a commit and its application. A term of the rollback time. */
    public readonly syncDelay: Duration,
    /** Namespace of the controller. Empty without one. */
    public readonly namespace: string,
  ) {}

  /**
   * Annotations that order objects: lower waves are applied first and must be healthy before the next. Empty without a controller.
   *
   * For objects of your own, such as a migration beside a model: what this library makes may be applied in any order.
   *
   * @param wave a whole number, negative ones included. Objects without one are in wave 0
   * @throws if it is not a whole number
   */
  public syncWave(wave: number): { [key: string]: string } {
    const problems = new InputProblems();
    if (!Number.isInteger(wave)) {
      problems.add('git-ops/sync-wave', `'wave' must be a whole number, got ${wave}`);
    }
    problems.throwAll();
    return this.controller === 'argocd' ? { 'argocd.argoproj.io/sync-wave': `${wave}` } : {};
  }

  /**
   * Annotations of an object that is deleted, once it is no longer made, only after everything else is applied and healthy. Empty without a
   * controller. They count when they are on the object in the cluster already, so it has to have them before it is left out.
   *
   * Workloads of this library have them: what takes over from them is ready when they go.
   *
   * @see https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#prune-last
   */
  public pruneLast(): { [key: string]: string } {
    return this.controller === 'argocd' ? { 'argocd.argoproj.io/sync-options': 'PruneLast=true' } : {};
  }

  /**
   * Annotations of a Job that runs once in every sync. Empty without a controller, which leaves an ordinary Job.
   *
   * For Jobs of your own. A Job cannot be changed in place, so the earlier one is deleted before the next is made; until then it can be looked at.
   *
   * @param phase when it runs
   */
  public hook(phase: SyncPhase): { [key: string]: string } {
    return this.controller === 'argocd'
      ? { 'argocd.argoproj.io/hook': phase, 'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation' }
      : {};
  }
}
