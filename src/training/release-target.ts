import { Duration } from 'cdk8s';
import { ReleaseBranch } from './release-branch';
import { InputProblems } from '../private/input-error';
import { isDnsLabel, isSubdomain } from '../private/kubernetes-names';
import { wholeSeconds } from '../private/whole-units';

/** Options of a release target. */
export interface ReleaseTargetOptions {
  /**
   * Namespace of the object.
   *
   * @default - that of the pipeline
   */
  readonly namespace?: string;
  /**
   * How long the stages may take until the version serves everybody or was sent back.
   *
   * @default Duration.hours(6)
   */
  readonly within?: Duration;
  /**
   * The branch in which the record of the model is changed, where a GitOps controller applies what is in Git. The object is only watched then.
   *
   * @default - the object itself is pointed at the version
   */
  readonly through?: ReleaseBranch;
}

const INFERENCE_SERVICE = 'inferenceservice';
/** What KServe makes of an InferenceService, by its mode: its status says of them what it said last, and they what is. */
const PREDICTORS: [string, string][] = [['apps', 'deployments'], ['serving.knative.dev', 'services']];

/** What a new version is released to, and whose stages decide whether it stays. */
export class ReleaseTarget {
  /**
   * A Rollout of Argo Rollouts, such as `serving.rollout!.rolloutName`: its pod template gets version and hash, its analysis decides.
   *
   * Under GitOps, where the pod template belongs to Git, it is released `through` a branch.
   *
   * @param rolloutName name of the Rollout
   * @param options namespace, time
   * @throws if Kubernetes would refuse a name, or there is no time
   */
  public static rollout(rolloutName: string, options: ReleaseTargetOptions = {}): ReleaseTarget {
    return new ReleaseTarget('rollout', 'argoproj.io', 'rollouts', rolloutName, options);
  }

  /**
   * An InferenceService of KServe: its predictor gets version and hash, and is released when every pod of it is ready.
   *
   * @param serviceName name of the InferenceService
   * @param options namespace, time
   * @throws if Kubernetes would refuse a name, or there is no time
   */
  public static inferenceService(serviceName: string, options: ReleaseTargetOptions = {}): ReleaseTarget {
    return new ReleaseTarget(INFERENCE_SERVICE, 'serving.kserve.io', 'inferenceservices', serviceName, options);
  }

  /** How long the stages may take. */
  public readonly within: Duration;

  /**
   * Namespace of the object.
   *
   * @default - that of the pipeline
   */
  public readonly namespace?: string;

  /**
   * The branch in which the record is changed.
   *
   * @default - none: the object itself is pointed at the version
   */
  public readonly through?: ReleaseBranch;

  private constructor(
    private readonly kind: string,
    private readonly group: string,
    private readonly resource: string,
    private readonly targetName: string,
    options: ReleaseTargetOptions,
  ) {
    const { namespace, within = Duration.hours(6) } = options;
    const problems = new InputProblems();
    if (!isSubdomain(targetName)) {
      problems.add('training/malformed-target', `the name of what is released to must be lower-case letters, digits, '-' and '.', got '${targetName}'`);
    }
    if (namespace !== undefined && !isDnsLabel(namespace)) {
      problems.add('training/malformed-target-namespace', `'namespace' must be at most 63 lower-case letters, digits and '-', got '${namespace}'`);
    }
    if (wholeSeconds(within).toSeconds() < 60) {
      problems.add('training/no-time-to-release', `'within' must be at least a minute, got ${within.toHumanString()}; it has to outlast every stage`);
    }
    problems.throwAll();
    this.namespace = namespace;
    this.through = options.through;
    this.within = wholeSeconds(within);
  }

  /** `rollout/<name>` or `inferenceservice/<name>`, as `mlops release --to` takes it. */
  public toString(): string {
    return `${this.kind}/${this.targetName}`;
  }

  /**
   * What `mlops release` is told; `namespace` is that of the pipeline, and `credentials` the folder where those of the branch are mounted.
   *
   * @internal
   */
  public _arguments(namespace: string, credentials: string): string[] {
    return [
      `--to=${this}`,
      `--namespace=${this.namespace ?? namespace}`,
      `--within=${this.within.toSeconds()}`,
      ...this.through?._arguments(credentials) ?? [],
    ];
  }

  /**
   * The rights that a release needs: this object and what its controller makes of it, and no other. What a branch says of it is applied by others.
   *
   * @internal
   */
  public _toRules(): any[] {
    const verbs = this.through ? ['get'] : ['get', 'patch'];
    const rule = ([group, resource]: [string, string], name: string, may: string[]) =>
      ({ apiGroups: [group], resources: [resource], resourceNames: [name], verbs: may });
    return [
      rule([this.group, this.resource], this.targetName, verbs),
      ...this.kind === INFERENCE_SERVICE ? PREDICTORS.map((each) => rule(each, `${this.targetName}-predictor`, ['get'])) : [],
    ];
  }
}
