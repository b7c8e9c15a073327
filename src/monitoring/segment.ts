import { Duration } from 'cdk8s';
import { ExportedMetric } from '../core/exported-metric';
import { MetricQuery } from '../core/metric-query';

/** How fast somebody has to look. */
export enum AlertSeverity {
  /** Somebody is woken up. */
  PAGE = 'page',
  /** Somebody looks during working hours. */
  TICKET = 'ticket',
}

/** An alert. Owner and runbook are added by `Monitoring`, so no alert is without them. */
export interface AlertRule {
  /** Name in CamelCase; unique within a model. */
  readonly alertName: string;
  /** Number that is judged. */
  readonly query: MetricQuery;
  /** What must hold for the alert to fire, such as `> 0.01`, appended to the query. */
  readonly condition: string;
  /** How fast somebody has to look. */
  readonly severity: AlertSeverity;
  /** What happened, for the person who is woken up. */
  readonly summary: string;
  /**
   * How long the condition must hold.
   *
   * @default Duration.minutes(2)
   */
  readonly holdsFor?: Duration;
  /**
   * How long it keeps firing after the condition stopped to hold.
   *
   * @default Duration.minutes(5)
   */
  readonly keepFiringFor?: Duration;
}

/** How a panel draws its numbers. */
export enum PanelKind {
  /** Lines over time. */
  TIME_SERIES = 'timeseries',
  /** One number. */
  STAT = 'stat',
  /** Distribution over time. */
  HEATMAP = 'heatmap',
}

/** A panel of the dashboard. */
export interface Panel {
  /** Title. */
  readonly title: string;
  /** How it is drawn. */
  readonly kind: PanelKind;
  /** Numbers that it draws; their titles are the legend. */
  readonly queries: MetricQuery[];
}

/** A number that Prometheus computes ahead of time. */
export interface RecordingRule {
  /** Name of the series, in the form `level:metric:operation`. */
  readonly record: ExportedMetric;
  /** How it is computed. */
  readonly query: MetricQuery;
}

/** One thing to watch: it brings its panels, alerts and recording rules. */
export interface IMonitoringSegment {
  /** Panels, in the order in which they are drawn. */
  panels(): Panel[];
  /** Alerts. */
  alerts(): AlertRule[];
  /** Numbers that the panels and alerts need computed. */
  recordingRules(): RecordingRule[];
}
