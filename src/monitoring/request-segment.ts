import { AlertRule } from './alert-rule';
import { measured } from './measured';
import { Panel, PanelKind, PanelLevel, PanelThreshold } from './panel';
import { RequestSource } from './request-source';
import { Requests } from './requests';
import { IMonitoringSegment, RecordingRule } from './segment';
import { Slo } from '../core/slo';
import { IModelServing } from '../serving/serving';

/** Properties of `RequestSegment`. */
export interface RequestSegmentProps {
  /** The model. */
  readonly serving: IModelServing;
  /**
   * What it promises, drawn as a line into latency and errors.
   *
   * @default - no line
   */
  readonly slo?: Slo;
  /**
   * Who counts the requests.
   *
   * @default - the pods of the model
   */
  readonly requests?: RequestSource;
}

/** What callers notice: latency, throughput and errors, in total and by version of the model. It alerts on nothing: that is `SloSegment`. */
export class RequestSegment implements IMonitoringSegment {
  public readonly segmentName = 'Requests';
  private readonly slo?: Slo;
  private readonly requests: Requests;

  /**
   * @param props model and objectives
   */
  public constructor(props: RequestSegmentProps) {
    this.slo = props.slo;
    this.requests = new Requests(props.serving, props.requests);
  }

  public panels(): Panel[] {
    const { metrics, onDashboard: scope, byVersion, versionLabel } = this.requests;
    const byWhat = versionLabel === undefined ? '' : ' by version';
    const errors = measured(() => metrics.errorRatio(scope)).query;
    return [
      { title: 'Throughput', kind: PanelKind.STAT, queries: [metrics.throughput(scope)] },
      {
        title: 'Latency',
        kind: PanelKind.TIME_SERIES,
        queries: this.latencies(),
        thresholds: this.slo && lineAt(this.slo.latency.below.toMilliseconds() / 1000),
      },
      { title: `Throughput${byWhat}`, kind: PanelKind.TIME_SERIES, queries: [metrics.throughput(byVersion)], legendLabel: versionLabel },
      ...errors ? [
        {
          title: `Error ratio${byWhat}`,
          kind: PanelKind.TIME_SERIES,
          queries: [metrics.errorRatio(byVersion)],
          legendLabel: versionLabel,
          thresholds: this.slo && lineAt(this.slo.errorRatioBelow),
        },
      ] : [],
    ];
  }

  public alerts(): AlertRule[] {
    return [];
  }

  public recordingRules(): RecordingRule[] {
    return [];
  }

  /** The average is what is left where a server exports no histogram. */
  private latencies() {
    const { metrics, onDashboard: scope } = this.requests;
    const percentiles = [...new Set([50, 95, 99, ...this.slo ? [this.slo.latency.percentile] : []])].sort((a, b) => a - b);
    return measured(() => metrics.latency(50, scope)).query
      ? percentiles.map((percentile) => metrics.latency(percentile, scope))
      : [metrics.meanLatency(scope)];
  }
}

function lineAt(limit: number): PanelThreshold[] {
  return [{ level: PanelLevel.GOOD }, { from: limit, level: PanelLevel.BAD }];
}
