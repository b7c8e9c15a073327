import { AlertRule } from './alert-rule';
import { Panel } from './panel';
import { ExportedMetric } from '../core/exported-metric';
import { ExternalMetrics } from '../core/external-metrics';
import { MetricQuery } from '../core/metric-query';

/** A number that Prometheus computes ahead of time. */
export interface RecordingRule {
  /** Name of the series, in the form `level:metric:operation`. `Monitoring` adds the labels that say which model it is. */
  readonly record: ExportedMetric;
  /** How it is computed. Over a range of its own, as `$__rate_interval` exists only on a dashboard. */
  readonly query: MetricQuery;
}

/** One thing to watch: it brings its panels, alerts and recording rules. */
export interface IMonitoringSegment {
  /** Name for people: heading of its row on the dashboard, part of the name of its rules. Unique within a model. */
  readonly segmentName: string;

  /**
   * What should be watched and cannot be, as the server does not export it. Each is a finding that can be acknowledged with a reason.
   *
   * @default - nothing is missing
   */
  readonly gaps?: string[];

  /**
   * What its queries ask for that neither the model nor the cluster exports, and who else does.
   *
   * @default - the model and the cluster export everything
   */
  readonly externalMetrics?: ExternalMetrics[];

  /** Panels, in the order in which they are drawn. */
  panels(): Panel[];

  /** Alerts. */
  alerts(): AlertRule[];

  /** Numbers that the panels and alerts need computed, each after those that it uses. */
  recordingRules(): RecordingRule[];
}
