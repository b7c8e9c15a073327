import { Duration } from 'cdk8s';
import { AlertRule, AlertSeverity } from './alert-rule';
import { ModelSeries } from './model-series';
import { Panel, PanelKind, PanelLevel } from './panel';
import { promql, recordRequests, requestsRecord, selectRecorded } from './request-recordings';
import { RequestSource } from './request-source';
import { Requests } from './requests';
import { IMonitoringSegment, RecordingRule } from './segment';
import { IModelServing } from '../serving/serving';

/** Properties of `AvailabilitySegment`. */
export interface AvailabilitySegmentProps {
  /** The model. */
  readonly serving: IModelServing;
  /**
   * Who counts the requests.
   *
   * @default - the pods of the model
   */
  readonly requests?: RequestSource;
}

/**
 * Whether there is anything to look at: targets that are gone or down, metrics that are absent, requests that have stopped. A ratio over
 * series that do not exist is silent, so without these alerts the worst failure would look like the best day.
 */
export class AvailabilitySegment implements IMonitoringSegment {
  public readonly segmentName = 'Availability';
  private readonly serving: IModelServing;
  private readonly series: ModelSeries;
  private readonly requests: Requests;

  /**
   * @param props the model
   */
  public constructor(props: AvailabilitySegmentProps) {
    this.serving = props.serving;
    this.series = ModelSeries.of(props.serving);
    this.requests = new Requests(props.serving, props.requests);
  }

  public panels(): Panel[] {
    return [{
      title: 'Pods up',
      kind: PanelKind.STAT,
      queries: [promql('pods up', `sum(min by (namespace, pod) (${this.up})) or vector(0)`)],
      thresholds: [{ level: PanelLevel.BAD }, { from: 1, level: PanelLevel.GOOD }],
    }];
  }

  public alerts(): AlertRule[] {
    const requests = selectRecorded(requestsRecord(Duration.minutes(5)), this.serving);
    const answered = this.requests.metrics.throughput(this.requests.over(Duration.minutes(15)));
    const yesterday = `avg_over_time(${requests}[30m] offset 1d) > 0`;
    // a labelled counter is not there before the first request: that an idle model has none says nothing
    const expected = `(${yesterday} or absent_over_time(${requests}[1d]) and on () count(${this.up} offset 1d == 1))`;
    return [
      {
        alertName: 'TargetsAbsent',
        severity: AlertSeverity.PAGE,
        // pods that crash or hang are targets still, their requests are series no more, and no ratio speaks
        query: promql('no pod answers a scrape', `absent(${this.up} == 1)`),
        holdsFor: Duration.minutes(5),
        summary: 'no pod of the model answers a scrape: none runs, all of them crash or hang, or the PodMonitor does not select them',
      },
      {
        alertName: 'TargetDown',
        severity: AlertSeverity.TICKET,
        query: promql('pods that are down', `count(max by (namespace, pod) (${this.up} == bool 0) > 0)`),
        condition: '> 0',
        holdsFor: Duration.minutes(10),
        summary: 'pods do not answer the scrape of their metrics',
      },
      {
        alertName: 'RequestMetricsAbsent',
        severity: AlertSeverity.TICKET,
        query: promql('request metrics are absent', `absent(${answered.expr}) and on () count(${this.up} == 1) and on () ${expected}`),
        holdsFor: Duration.minutes(15),
        summary: 'the pods are scraped, but no request is counted, though some came at this time yesterday or none was seen for a day: '
          + 'nobody asks, or the metrics have other names',
      },
      {
        alertName: 'RequestsStopped',
        severity: AlertSeverity.TICKET,
        query: promql('requests per second a day ago', `avg_over_time(${requests}[30m]) == 0 and ${yesterday}`),
        holdsFor: Duration.minutes(15),
        summary: 'no requests have come for half an hour, though some came at this time yesterday',
      },
    ];
  }

  public recordingRules(): RecordingRule[] {
    return [recordRequests(this.requests, Duration.minutes(5))];
  }

  private get up(): string {
    return `up{${this.series.matchers}}`;
  }

}
