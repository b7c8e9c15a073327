import { Duration } from 'cdk8s';
import { IConstruct } from 'constructs';
import { DriftMetrics } from './drift-metrics';
import { Owner } from '../core/owner';

/** Something that compares what a model sees with what it was trained on. */
export interface IDriftDetector extends IConstruct {
  /** Name of the model. */
  readonly modelName: string;
  /** Who answers. */
  readonly owner: Owner;
  /** What it measured, for alerts and panels. */
  readonly metrics: DriftMetrics;
  /** The model has drifted if more than this share of its features has, between 0 and 1. */
  readonly driftShare: number;
  /** Whether it also compares what the model answers. */
  readonly judgesAnswers: boolean;
  /** Age of the last check that ended well from which checks are missing. */
  readonly staleAfter: Duration;
  /**
   * Address of the latest report on the features, for alerts.
   *
   * @default - no report is written
   */
  readonly reportUri?: string;
  /**
   * Address of the latest report on the model's answers, for alerts.
   *
   * @default - no report is written
   */
  readonly answersReportUri?: string;
}
