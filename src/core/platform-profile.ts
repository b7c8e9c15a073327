import { GitOps } from './git-ops';
import { MeshMode } from './mesh-mode';
import { MetricsBackend } from './metrics-backend';

/** Where a stack runs. */
export enum Environment {
  /** Development: nobody depends on it. */
  DEV = 'dev',
  /** Staging: like production, and the place where a rollback is practised. */
  STAGING = 'staging',
  /** Production. */
  PROD = 'prod',
}

/** Properties of `PlatformProfile`. */
export interface PlatformProfileProps {
  /** What scrapes, evaluates and answers. */
  readonly metrics: MetricsBackend;
  /**
   * Which service mesh the pods join.
   *
   * @default MeshMode.none()
   */
  readonly mesh?: MeshMode;
  /**
   * What applies the manifests.
   *
   * @default GitOps.none()
   */
  readonly gitOps?: GitOps;
  /**
   * Where the stack runs.
   *
   * @default Environment.PROD
   */
  readonly environment?: Environment;
  /**
   * Labels of every object.
   *
   * @default - none beside those that say which model it is
   */
  readonly labels?: { [key: string]: string };
}

/** What the cluster already has, said once. */
export class PlatformProfile {
  /**
   * The profile of one cluster.
   *
   * @param props what the cluster has
   */
  public static of(props: PlatformProfileProps): PlatformProfile {
    return new PlatformProfile(
      props.metrics, props.mesh ?? MeshMode.none(), props.gitOps ?? GitOps.none(), props.environment ?? Environment.PROD, props.labels ?? {});
  }

  private constructor(
    /** What scrapes, evaluates and answers. */
    public readonly metrics: MetricsBackend,
    /** Which service mesh the pods join. */
    public readonly mesh: MeshMode,
    /** What applies the manifests. */
    public readonly gitOps: GitOps,
    /** Where the stack runs. */
    public readonly environment: Environment,
    /** Labels of every object. */
    public readonly labels: { [key: string]: string },
  ) {}
}
