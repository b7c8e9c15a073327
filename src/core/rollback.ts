import { RollbackCall } from './rollback-call';

/** An object that is rolled back. */
export interface RolledBackObject {
  /** Name of the object. */
  readonly name: string;
  /**
   * Namespace of the object.
   *
   * @default - that of the context
   */
  readonly namespace?: string;
}

const BAD = 'after a bad version took over';

/** The call that returns to the version before, for whatever serves. It stands in the report and in the runbook beside the manifests. */
export class Rollback {
  /**
   * A Deployment.
   *
   * @param object the Deployment
   * @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_rollout/kubectl_rollout_undo/
   */
  public static ofDeployment(object: RolledBackObject): RollbackCall[] {
    return [{
      when: 'during a roll, or after it',
      command: `kubectl rollout undo deployment/${object.name}${inNamespace(object)}`,
      effect: 'the pods of the version before come back, a few at a time',
      staysUnderGitOps: false,
    }];
  }

  /**
   * A Rollout of Argo Rollouts, with its plugin for kubectl.
   *
   * What `undo` copies has the label of its role for about three seconds after it lost that role. Whoever types it sooner gets a version of its own,
   * which needs all stages.
   *
   * @param object the Rollout
   * @see https://argo-rollouts.readthedocs.io/en/stable/generated/kubectl-argo-rollouts/kubectl-argo-rollouts_abort/
   */
  public static ofRollout(object: RolledBackObject): RollbackCall[] {
    return [
      {
        when: 'while a version takes over',
        command: `kubectl argo rollouts abort ${object.name}${inNamespace(object)}`,
        effect: 'all requests go back to the version before, whose pods are still there; the bad version stays in the manifest until it is replaced',
        staysUnderGitOps: true,
      },
      {
        when: BAD,
        command: `kubectl argo rollouts undo ${object.name}${inNamespace(object)}`,
        effect: 'the version before is rolled out; within the rollback window it needs no stages',
        staysUnderGitOps: false,
      },
    ];
  }

  /**
   * A Service of Knative.
   *
   * @param object the Service
   * @param previousRevision revision that served before
   * @see https://knative.dev/docs/serving/traffic-management/
   */
  public static ofKnativeService(object: RolledBackObject, previousRevision: string): RollbackCall[] {
    const traffic = [{ revisionName: previousRevision, latestRevision: false, percent: 100 }];
    return [{
      when: 'while a version takes over, or after it did',
      command: `kubectl patch services.serving.knative.dev ${object.name}${inNamespace(object)} --type=merge --patch='${JSON.stringify({ spec: { traffic } })}'`,
      effect: `all requests go to ${previousRevision} at once; what was applied last gets none until the traffic is changed again`,
      staysUnderGitOps: false,
    }];
  }

  /**
   * An InferenceService of KServe in its Knative mode: in its Standard mode, the field that this changes is ignored.
   *
   * @param object the InferenceService
   * @see https://kserve.github.io/website/docs/model-serving/predictive-inference/rollout-strategies/canary-example
   */
  public static ofInferenceService(object: RolledBackObject): RollbackCall[] {
    const patch = { spec: { predictor: { canaryTrafficPercent: 0 } } };
    return [{
      when: 'while a version takes over',
      command: `kubectl patch inferenceservices.serving.kserve.io ${object.name}${inNamespace(object)} --type=merge --patch='${JSON.stringify(patch)}'`,
      effect: 'all requests go back to the revision that was rolled out last',
      staysUnderGitOps: false,
    }];
  }

  /**
   * The release record in Git, which says what is live: the way back under GitOps, and what keeps the next apply from bringing the bad version again.
   *
   * @param modelName name of the model
   * @param aliasName alias of the version, which is part of the name of every record but the champion's
   */
  public static ofRelease(modelName: string, aliasName: string = 'champion'): RollbackCall[] {
    const record = aliasName === 'champion' ? modelName : `${modelName}.${aliasName}`;
    return [{
      when: BAD,
      command: `git revert --no-edit "$(git log -1 --format=%H -- releases/${record}.json)" && git push`,
      effect: 'the record names the version before again, and so does everything that is synthesized from it',
      staysUnderGitOps: true,
    }];
  }

  private constructor() {}
}

function inNamespace({ namespace }: RolledBackObject): string {
  return namespace === undefined || namespace === '' ? '' : ` --namespace ${namespace}`;
}
