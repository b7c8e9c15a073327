import { ClusterDns } from './cluster-dns';
import { GitOps } from './git-ops';
import { Knative } from './knative';
import { KserveVersion } from './kserve-version';
import { MeshMode } from './mesh-mode';
import { MetricsBackend } from './metrics-backend';
import { AUDIT_PREFIX } from '../private/audit';
import { InputProblems } from '../private/input-error';
import { checkLabels } from '../private/kubernetes-names';

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
   * Who answers when a pod asks for a name.
   *
   * @default ClusterDns.coreDns()
   */
  readonly dns?: ClusterDns;
  /**
   * What applies the manifests.
   *
   * @default GitOps.none()
   */
  readonly gitOps?: GitOps;
  /**
   * Knative Serving, where the cluster has it.
   *
   * @default - it does not
   */
  readonly knative?: Knative;
  /**
   * Version of KServe, where the cluster has it.
   *
   * @default KserveVersion.V0_20
   */
  readonly kserve?: KserveVersion;
  /**
   * Where the stack runs: the label `cdk8s-mlops.io/environment` of every object.
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
   * @throws if Kubernetes would refuse a label, or it is one that the library sets
   */
  public static of(props: PlatformProfileProps): PlatformProfile {
    const labels = props.labels ?? {};
    const problems = new InputProblems();
    checkLabels('labels', labels, problems);
    for (const key of Object.keys(labels).filter((name) => name.startsWith(AUDIT_PREFIX))) {
      problems.add('platform/reserved-label', `'labels' must not start with '${AUDIT_PREFIX}', which says what a model is, got '${key}'; use a domain of your own`);
    }
    problems.throwAll();
    return new PlatformProfile(
      props.metrics, props.mesh ?? MeshMode.none(), props.dns ?? ClusterDns.coreDns(), props.gitOps ?? GitOps.none(),
      props.environment ?? Environment.PROD, { ...labels }, props.kserve ?? KserveVersion.V0_20, props.knative);
  }

  private constructor(
    /** What scrapes, evaluates and answers. */
    public readonly metrics: MetricsBackend,
    /** Which service mesh the pods join. */
    public readonly mesh: MeshMode,
    /** Who answers when a pod asks for a name. */
    public readonly dns: ClusterDns,
    /** What applies the manifests. */
    public readonly gitOps: GitOps,
    /** Where the stack runs: the label `cdk8s-mlops.io/environment` of every object. */
    public readonly environment: Environment,
    /** Labels of every object. */
    public readonly labels: { [key: string]: string },
    /** Version of KServe, where the cluster has it. */
    public readonly kserve: KserveVersion,
    /** Knative Serving, where the cluster has it. */
    public readonly knative?: Knative,
  ) {}
}
