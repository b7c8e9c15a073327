import { Duration } from 'cdk8s';
import { AlertRule } from './alert-rule';
import { BURN_RATE_WINDOWS, burnRateOf, BurnRateWindow, round } from './burn-rate';
import { measured } from './measured';
import { Panel, PanelKind, PanelLevel } from './panel';
import { promql, recorded, recordRequests, requestsRecord, selectRecorded } from './request-recordings';
import { RequestSource } from './request-source';
import { Requests } from './requests';
import { IMonitoringSegment, RecordingRule } from './segment';
import { MetricQuery, MetricUnit } from '../core/metric-query';
import { Slo } from '../core/slo';
import { InputError } from '../private/input-error';
import { promDuration } from '../private/prom-duration';
import { IModelServing } from '../serving/serving';

/** Properties of `SloSegment`. */
export interface SloSegmentProps {
  /** The model. */
  readonly serving: IModelServing;
  /** What it promises. */
  readonly slo: Slo;
  /**
   * Who counts the requests.
   *
   * @default - the pods of the model
   */
  readonly requests?: RequestSource;
  /**
   * Failed (or slow) requests in the long window below which no alert fires. Burn rates mean little where traffic is low: one failure of
   * five requests at night is twenty percent. Raise it where that still pages; for hardly any traffic, send synthetic requests.
   *
   * @default 5
   * @see https://sre.google/workbook/alerting-on-slos/#low-traffic-services-and-error-budget-alerting
   */
  readonly minimumFailures?: number;
}

/** One promise, with the ratio that breaks it. */
interface Objective {
  /** Start of the alert's name. */
  readonly name: string;
  /** What is recorded, as in `model:<record>:ratio_rate1h`. */
  readonly record: string;
  /** What happens to a request that breaks it, for people. */
  readonly breach: string;
  readonly title: string;
  /** Share of the requests that may break it. */
  readonly budget: number;
  /** The number that people know, with its title and the limit that was promised. */
  readonly headline: { readonly title: string; readonly limit: number; readonly promise: string };
  headlineQuery(): MetricQuery;
  ratio(window: Duration): MetricQuery;
}

/**
 * Alerts when the error budget of the model's objectives burns too fast, in several windows at once: quickly on a big failure, late on a
 * small one, never on one that the budget allows. Latency is judged as the share of slow requests, since percentiles of a long
 * time cannot be computed from percentiles of short ones.
 *
 * @see https://sre.google/workbook/alerting-on-slos/#6-multiwindow-multi-burn-rate-alerts
 */
export class SloSegment implements IMonitoringSegment {
  public readonly segmentName = 'Service level objectives';
  public readonly gaps?: string[];
  private readonly serving: IModelServing;
  private readonly slo: Slo;
  private readonly requests: Requests;
  private readonly minimumFailures: number;
  private readonly objectives: Objective[];

  /**
   * @param props model and objectives
   * @throws if the least number of failures is below 1
   */
  public constructor(props: SloSegmentProps) {
    this.serving = props.serving;
    this.slo = props.slo;
    this.requests = new Requests(props.serving, props.requests);
    this.minimumFailures = props.minimumFailures ?? 5;
    if (!(this.minimumFailures >= 1)) {
      throw new InputError('monitoring/minimum-failures-below-one', `'minimumFailures' must be at least 1, got ${this.minimumFailures}`);
    }
    const judged = this.objectivesOf(props.slo).map((objective) => ({ objective, ...measured(() => objective.ratio(Duration.minutes(5))) }));
    this.gaps = judged.flatMap(({ objective, gap }) => gap === undefined ? [] : [`the ${objective.title.toLowerCase()} cannot be judged: ${gap}`]);
    this.objectives = judged.filter(({ query }) => query !== undefined).map(({ objective }) => objective);
  }

  public panels(): Panel[] {
    return [
      ...this.objectives.map(headlinePanel),
      ...this.objectives.map((objective) => this.budgetPanel(objective)),
      ...this.objectives.map((objective) => this.burnPanel(objective)),
    ];
  }

  public alerts(): AlertRule[] {
    return this.objectives.flatMap((objective) => BURN_RATE_WINDOWS.map((window) => this.alert(objective, window)));
  }

  public recordingRules(): RecordingRule[] {
    return [
      ...unique([Duration.minutes(5), ...BURN_RATE_WINDOWS.map((window) => window.long)]).map((window) => recordRequests(this.requests, window)),
      ...this.objectives.flatMap((objective) => [
        ...unique(BURN_RATE_WINDOWS.flatMap((window) => [window.short, window.long])).map((window) => recordRatio(objective, window)),
        this.recordBreaches(objective),
        this.recordBudget(objective),
      ]),
    ];
  }

  private objectivesOf(slo: Slo): Objective[] {
    return [
      {
        name: 'ErrorBudget',
        record: 'request_errors',
        breach: 'fail',
        title: 'Error budget',
        budget: slo.errorBudget,
        headline: { title: 'Error ratio', limit: slo.errorRatioBelow, promise: percent(slo.errorRatioBelow) },
        headlineQuery: () => this.requests.metrics.errorRatio(this.requests.onDashboard),
        ratio: (window) => this.requests.metrics.errorRatio(this.requests.over(window)),
      },
      {
        name: 'LatencyBudget',
        record: 'slow_requests',
        breach: `take longer than ${promDuration(slo.latency.below)}`,
        title: 'Latency budget',
        budget: slo.latencyBudget,
        headline: {
          title: `Latency p${slo.latency.percentile}`,
          limit: slo.latency.below.toMilliseconds() / 1000,
          promise: promDuration(slo.latency.below),
        },
        headlineQuery: () => this.requests.metrics.latency(slo.latency.percentile, this.requests.onDashboard),
        ratio: (window) => this.requests.metrics.slowRatio(slo.latency.below, this.requests.over(window)),
      },
    ];
  }

  private alert(objective: Objective, window: BurnRateWindow): AlertRule {
    const rate = burnRateOf(window, this.slo.window);
    const limit = round(rate * objective.budget);
    const long = this.select(ratioRecord(objective, window.long));
    const short = this.select(ratioRecord(objective, window.short));
    const requests = this.select(requestsRecord(window.long));
    const used = round(rate * window.long.toMilliseconds() / this.slo.window.toMilliseconds());
    return {
      alertName: `${objective.name}Burn${window.suffix}`,
      severity: window.severity,
      query: promql(`share of requests that ${objective.breach} (${promDuration(window.long)})`, [
        `${long} > ${limit}`,
        `and ${short} > ${limit}`,
        `and ${long} * ${requests} * ${window.long.toSeconds()} >= ${this.minimumFailures}`,
      ].join('\n'), MetricUnit.RATIO),
      summary: `too many requests ${objective.breach}: ${percent(used)} of the budget of ${promDuration(this.slo.window)} `
        + `burns within ${promDuration(window.long)}`,
    };
  }

  private budgetPanel(objective: Objective): Panel {
    return {
      title: `${objective.title} left`,
      description: `Share of the requests of the last ${promDuration(this.slo.window)} that may still ${objective.breach}, `
        + 'as far back as Prometheus keeps its data',
      kind: PanelKind.STAT,
      queries: [promql(`${objective.title} left`, this.select(this.budgetRecord(objective)), MetricUnit.RATIO)],
      thresholds: [{ level: PanelLevel.BAD }, { from: 0, level: PanelLevel.WARNING }, { from: 0.25, level: PanelLevel.GOOD }],
    };
  }

  private burnPanel(objective: Objective): Panel {
    return {
      title: `${objective.title}: burn rate`,
      description: 'At 1 the budget lasts exactly as long as promised',
      kind: PanelKind.TIME_SERIES,
      queries: BURN_RATE_WINDOWS.map((window) =>
        promql(`over ${promDuration(window.long)}`, `${this.select(ratioRecord(objective, window.long))} / ${objective.budget}`)),
      thresholds: [
        { level: PanelLevel.GOOD },
        { from: 1, level: PanelLevel.WARNING },
        { from: burnRateOf(BURN_RATE_WINDOWS[0], this.slo.window), level: PanelLevel.BAD },
      ],
    };
  }

  /** Requests per second that break the objective, so that the budget weighs every request alike, whatever the traffic was. */
  private recordBreaches(objective: Objective): RecordingRule {
    const window = Duration.minutes(5);
    const expr = `${this.select(ratioRecord(objective, window))} * ${this.select(requestsRecord(window))}`;
    return {
      record: recorded(breachesRecord(objective), MetricUnit.REQUESTS_PER_SECOND),
      query: promql(`requests that ${objective.breach}`, expr, MetricUnit.REQUESTS_PER_SECOND),
    };
  }

  private recordBudget(objective: Objective): RecordingRule {
    const range = promDuration(this.slo.window);
    const breaches = `sum_over_time(${this.select(breachesRecord(objective))}[${range}])`;
    const requests = `sum_over_time(${this.select(requestsRecord(Duration.minutes(5)))}[${range}])`;
    return {
      record: recorded(this.budgetRecord(objective), MetricUnit.RATIO),
      query: promql(`${objective.title} left`, `1 - ${breaches} / (${requests} > 0) / ${objective.budget}`, MetricUnit.RATIO),
    };
  }

  private budgetRecord(objective: Objective): string {
    return `model:${objective.record}:budget_left_ratio${promDuration(this.slo.window)}`;
  }

  private select(record: string): string {
    return selectRecorded(record, this.serving);
  }
}

function ratioRecord(objective: Objective, window: Duration): string {
  return `model:${objective.record}:ratio_rate${promDuration(window)}`;
}

function breachesRecord(objective: Objective): string {
  return `model:${objective.record}:rate5m`;
}

function recordRatio(objective: Objective, window: Duration): RecordingRule {
  return {
    record: recorded(ratioRecord(objective, window), MetricUnit.RATIO),
    query: objective.ratio(window),
  };
}

function headlinePanel({ headline, headlineQuery }: Objective): Panel {
  return {
    title: headline.title,
    description: `Promised: below ${headline.promise}`,
    kind: PanelKind.STAT,
    queries: [headlineQuery()],
    thresholds: [{ level: PanelLevel.GOOD }, { from: headline.limit, level: PanelLevel.BAD }],
  };
}

function percent(ratio: number): string {
  return `${round(ratio * 100)} %`;
}

function unique(windows: Duration[]): Duration[] {
  return [...new Map(windows.map((window) => [window.toMilliseconds(), window])).values()]
    .sort((a, b) => a.toMilliseconds() - b.toMilliseconds());
}
