import { Duration } from 'cdk8s';
import { Slo } from '../core/slo';
import { IModelServing } from '../serving/serving';

/** An object as the API server addresses it. */
export interface StagedObject {
  /** API group, such as `serving.knative.dev`. */
  readonly group: string;
  /** Version of the API, such as `v1`. */
  readonly version: string;
  /** Plural name of the kind, such as `services`. */
  readonly resource: string;
  /** Name of the object. */
  readonly objectName: string;
}

/** Two versions of a model, and the one object in which their shares of the requests stand. */
export interface StagedTarget {
  /** The object. */
  readonly object: StagedObject;
  /** Raw settings of `mlops stage` that say how shares stand in the object. */
  readonly shares: { [field: string]: any };
  /** Value that identifies the new version. It changes with everything that is in the pods. */
  readonly subject: string;
  /** Whether no version served before. */
  readonly isFirst: boolean;
  /**
   * Object whose condition `Ready` says that the new version can answer.
   *
   * @default - the object with the shares says so
   */
  readonly ready?: StagedObject;
  /** How the report calls what shares requests out. */
  readonly routerName: string;
  /** Longest time until the new version can answer. */
  readonly startupLimit: Duration;
  /** What is promised to callers. */
  readonly slo: Slo;
  /** Longest time that a rollback may take. */
  readonly rollbackObjective: Duration;
}

/** A model whose versions get their shares by one object. */
export interface IStagedServing extends IModelServing {
  /** Hand over the shares: from now on, who applies manifests leaves them alone. Called once, by what stages. */
  bindStages(): StagedTarget;
}
