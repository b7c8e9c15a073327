import { MetricQuery } from '../core/metric-query';

/** How a panel draws its numbers. */
export enum PanelKind {
  /** Lines over time. */
  TIME_SERIES = 'timeseries',
  /** One number, in the top row of the wall. */
  STAT = 'stat',
  /** Distribution over time: a query that returns one series for each bucket (`sum by (le) (…)`). */
  HEATMAP = 'heatmap',
}

/** What a number means to somebody who walks past. */
export enum PanelLevel {
  /** As promised: green. */
  GOOD = 'good',
  /** Worth a look: amber. */
  WARNING = 'warning',
  /** Promise broken: red. */
  BAD = 'bad',
}

/** Where the meaning of a number changes. */
export interface PanelThreshold {
  /**
   * Value from which the level holds, in the unit of the first query.
   *
   * @default - holds for every value below the other thresholds
   */
  readonly from?: number;
  /** What it means. */
  readonly level: PanelLevel;
}

/** A panel of the dashboard. */
export interface Panel {
  /** Title. */
  readonly title: string;
  /** How it is drawn. */
  readonly kind: PanelKind;
  /** Numbers that it draws, with their units. Their titles are the legend. At least one. */
  readonly queries: MetricQuery[];
  /**
   * Label that tells the series of one query apart, such as `pod`. Its value stands in the legend.
   *
   * @default - each query returns one series
   */
  readonly legendLabel?: string;
  /**
   * Where the meaning of the number changes: colour of a stat, dashed line of a time series. Rising.
   *
   * @default - the number has no objective
   */
  readonly thresholds?: PanelThreshold[];
  /**
   * What a reader should know, shown beside the title.
   *
   * @default - the title says it all
   */
  readonly description?: string;
}
