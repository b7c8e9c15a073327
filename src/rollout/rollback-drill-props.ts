import { Duration } from 'cdk8s';
import { IRollout } from './rollout';
import { PlatformProfile } from '../core/platform-profile';
import { RuntimeImage } from '../core/runtime-image';
import { IModelServing } from '../serving/serving';

/** What makes the server fail on purpose: one environment variable of its container. */
export interface DrillFault {
  /** Name of the variable, such as `FAULT`. */
  readonly variable: string;
  /** Value with which the server answers badly: with errors, too late, or with constants, as a guardrail can see. */
  readonly value: string;
  /**
   * Container that gets the variable.
   *
   * @default server
   */
  readonly container?: string;
}

/** What only its user knows about a drill. */
export interface RollbackDrillOptions {
  /** How the version of the drill fails. */
  readonly fault: DrillFault;
  /**
   * Time from the deployment of the failing version until the earlier one has to answer all requests again.
   *
   * @default Duration.minutes(15)
   */
  readonly objective?: Duration;
  /**
   * When it is practised, in five fields of cron.
   *
   * @default - every Tuesday at ten
   */
  readonly schedule?: string;
  /**
   * Time zone of the schedule.
   *
   * @default Etc/UTC
   */
  readonly timeZone?: string;
  /**
   * How old the last good drill may be before somebody is told. Longer than the time between two drills.
   *
   * @default - one drill may be missed: two times the longest time between two drills, an hour that a drill may start late, and the time it may take
   */
  readonly maxAge?: Duration;
}

/** Properties of `RollbackDrill`. */
export interface RollbackDrillProps extends RollbackDrillOptions {
  /** The model. */
  readonly serving: IModelServing;
  /** The rollout that is put to the test. */
  readonly rollout: IRollout;
  /** The image of the program that drills. */
  readonly runtime: RuntimeImage;
  /** What the cluster has. Its environment must be staging. */
  readonly platform: PlatformProfile;
}
