import { Duration } from 'cdk8s';
import { Service, Workload } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { RollbackTerm } from './rollback-term';
import { IRollout } from './rollout';
import { PlatformProfile } from '../core/platform-profile';
import { RollbackCall } from '../core/rollback-call';
import { ServingMetrics } from '../core/serving-metrics';
import { Slo } from '../core/slo';
import { ServingPod } from '../serving/serving-pod';
import { ITrafficRoute } from '../serving/traffic-router';

/** How a new version takes over. */
export interface IRolloutStrategy {
  /**
   * Declare the workload and the Service that clients call.
   *
   * @param scope where objects are declared
   * @param target what is rolled out
   */
  bind(scope: Construct, target: RolloutTarget): RolloutBinding;
}

/** What a serving tells its strategy: plain data. */
export interface RolloutTarget {
  /** The pods. */
  readonly pod: ServingPod;
  /** Number of pods. Where an autoscaler decides, the most that it may choose. */
  readonly replicas: number;
  /** Whether an autoscaler decides: the manifest must not name a number then. */
  readonly autoscaled: boolean;
  /** Name of the Service that clients call. */
  readonly serviceName: string;
  /** Labels by which that Service selects pods: those of every workload that answers for the model, one that is on its way out included. */
  readonly podLabels: { [key: string]: string };
  /** Port that clients call. */
  readonly port: number;
  /** Longest time from the start of the container until it answers that its startup probe allows. */
  readonly startupLimit: Duration;
  /** Longest time that a pod is given to finish its requests, the wait for endpoints included. */
  readonly terminationGrace: Duration;
  /** Time that pulling the image and fetching the model may take on a fresh node. */
  readonly pullBudget: Duration;
  /** Longest time that a rollback may take. */
  readonly rollbackObjective: Duration;
  /** What the pods export. */
  readonly metrics: ServingMetrics;
  /** What is promised to callers. */
  readonly slo: Slo;
  /** What the cluster has. */
  readonly platform: PlatformProfile;
}

/** What a serving needs back from its strategy. */
export interface RolloutBinding {
  /** The workload that owns the pods. */
  readonly workload: Workload;
  /** The Service that clients call. */
  readonly service: Service;
  /** Worst case of the time until the earlier version serves all requests again, term by term. */
  readonly worstCaseRollback: RollbackTerm[];
  /**
   * Routes to the versions, to add to.
   *
   * @default - nobody routes, or the routes are somebody else's
   */
  readonly route?: ITrafficRoute;
  /**
   * How to return to the version before, in the order in which to try.
   *
   * @default - by the release record alone
   */
  readonly rollbackCalls?: RollbackCall[];
  /**
   * What rolls out stage by stage, to watch it.
   *
   * @default - nobody can watch stages, as there are none
   */
  readonly rollout?: IRollout;
  /**
   * Name under which the series of a shadow are watched, whose answers are thrown away. It may call nobody, as whatever that does would happen twice.
   *
   * @default - it answers, under the name of the model
   */
  readonly shadowName?: string;
  /**
   * What makes a rollback meet its objective where the worst case does not, as a remedy says it: `roll 5 pods at once`.
   *
   * @default - the strategy cannot
   */
  readonly fasterRollback?: string;
}
