import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { IDriftDetector } from './detector';
import { NetworkPeer } from '../core/network-peer';
import { TrainingTrigger } from '../training/pipeline';

/** A training that drift starts. */
export interface DriftRetraining {
  /** What starts it. */
  readonly trigger: TrainingTrigger;
  /** Time between two of them, at least. */
  readonly coolDown: Duration;
  /** Most of them in seven days. */
  readonly maximumPerWeek: number;
  /**
   * Since when, and on what evidence, drift starts it.
   *
   * @default - it does not yet: the drift is told and what would follow is written down
   */
  readonly evidence?: string;
  /**
   * Who answers for the API server.
   *
   * @default - that of the check, or anybody on the ports 443 and 6443
   */
  readonly apiServer?: NetworkPeer;
}

/** What follows when a model has drifted. */
export interface DriftAction {
  /** For people: a sentence for the report. */
  readonly description: string;
  /** Trainings to start, in this order. */
  readonly retrainings: DriftRetraining[];
}

/** What follows when a model has drifted. */
export interface IDriftResponse {
  /**
   * Declare what it needs.
   *
   * @param scope where objects may be declared
   * @param detector whose drift it answers
   */
  bind(scope: Construct, detector: IDriftDetector): DriftAction;
}
