import { Duration } from 'cdk8s';
import { AlertRule, AlertSeverity } from './alert-rule';
import { Panel, PanelKind } from './panel';
import { IMonitoringSegment, RecordingRule } from './segment';
import { MetricQuery } from '../core/metric-query';
import { Owner } from '../core/owner';
import { InputError } from '../private/input-error';

/** When a business number has to be looked at, and by whom. */
export interface BusinessKpiAlert {
  /** Name of the alert, in CamelCase. */
  readonly alertName: string;
  /** What must hold for the alert to fire, such as `< 0.2`. */
  readonly condition: string;
  /** What happened, for the person who is told. */
  readonly summary: string;
  /** Who answers: the one who owns the number, who need not own the model. */
  readonly owner: Owner;
  /**
   * How fast somebody has to look.
   *
   * @default AlertSeverity.TICKET
   */
  readonly severity?: AlertSeverity;
  /**
   * How long the condition must hold.
   *
   * @default Duration.minutes(30)
   */
  readonly holdsFor?: Duration;
}

/** A number that the business is run by, such as the share of orders that are approved. */
export interface BusinessKpi {
  /** The number, with its title and unit. Its metrics have to be declared to `Monitoring` with `declareExternal()`. */
  readonly query: MetricQuery;
  /**
   * When somebody has to look.
   *
   * @default - the number is shown and nobody is told
   */
  readonly alert?: BusinessKpiAlert;
}

/** Properties of `BusinessKpiSegment`. */
export interface BusinessKpiSegmentProps {
  /** Numbers to watch. At least one. */
  readonly kpis: BusinessKpi[];
  /**
   * Heading of the row.
   *
   * @default Business
   */
  readonly title?: string;
}

/**
 * Numbers that the business is run by. A model can be accurate and harmful: accuracy says how well it predicts, these say what follows
 * from it.
 */
export class BusinessKpiSegment implements IMonitoringSegment {
  public readonly segmentName: string;
  private readonly kpis: BusinessKpi[];

  /**
   * @param props numbers and alerts
   * @throws if there is no number
   */
  public constructor(props: BusinessKpiSegmentProps) {
    this.segmentName = props.title ?? 'Business';
    this.kpis = props.kpis;
    if (props.kpis.length === 0) {
      throw new InputError('monitoring/no-kpi', `'kpis' of segment '${this.segmentName}' must name at least one number, got none`);
    }
  }

  public panels(): Panel[] {
    return this.kpis.map((kpi) => ({ title: kpi.query.title, kind: PanelKind.TIME_SERIES, queries: [kpi.query] }));
  }

  public alerts(): AlertRule[] {
    return this.kpis.flatMap((kpi) => kpi.alert ? [toAlertRule(kpi.query, kpi.alert)] : []);
  }

  public recordingRules(): RecordingRule[] {
    return [];
  }
}

/** A panel follows the resolution of the dashboard, an alert needs a range: five minutes, unless the query has one of its own. */
function toAlertRule(query: MetricQuery, alert: BusinessKpiAlert): AlertRule {
  return {
    ...alert,
    query: query.over('5m'),
    severity: alert.severity ?? AlertSeverity.TICKET,
    holdsFor: alert.holdsFor ?? Duration.minutes(30),
  };
}
