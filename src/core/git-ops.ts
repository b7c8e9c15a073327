import { Duration } from 'cdk8s';

/** What applies the manifests. */
export class GitOps {
  /** `kubectl apply` by hand or by CI. */
  public static none(): GitOps {
    return new GitOps('none', Duration.seconds(0));
  }

  private constructor(
    /** `none` or `argocd`. */
    public readonly controller: string,
    /** Longest time between a commit and its application; a term of the rollback time. */
    public readonly syncDelay: Duration,
  ) {}
}
