import { Duration } from 'cdk8s';
import { MetricQuery } from '../core/metric-query';
import { Owner } from '../core/owner';

/** How fast somebody has to look. */
export enum AlertSeverity {
  /** Somebody is woken up. */
  PAGE = 'page',
  /** Somebody looks during working hours. */
  TICKET = 'ticket',
}

/** An alert. Model, owner and runbook are added by `Monitoring`, so no alert is without them. */
export interface AlertRule {
  /** Name in CamelCase. Unique within a model. */
  readonly alertName: string;
  /** Number that is judged. Over a range of its own, as `$__rate_interval` exists only on a dashboard. */
  readonly query: MetricQuery;
  /**
   * What must hold for the alert to fire, such as `> 0.01`, appended to the query.
   *
   * @default - every series that the query returns fires, as of `absent(…)` or a query that compares by itself
   */
  readonly condition?: string;
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
   * How long it keeps firing after the condition stopped to hold, so that a number that flaps does not page twice.
   *
   * @default Duration.minutes(5)
   */
  readonly keepFiringFor?: Duration;
  /**
   * Who answers, where it is not the owner of the model.
   *
   * @default - the owner of the model
   */
  readonly owner?: Owner;
}
