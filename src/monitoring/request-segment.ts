import { AlertRule } from './alert-rule';
import { measured } from './measured';
import { ModelSeries } from './model-series';
import { Panel, PanelKind, PanelLevel, PanelThreshold } from './panel';
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
}

/** What callers notice: latency, throughput and errors, in total and by version of the model. It alerts on nothing: that is `SloSegment`. */
export class RequestSegment implements IMonitoringSegment {
  public readonly segmentName = 'Requests';
  private readonly serving: IModelServing;
  private readonly slo?: Slo;
  private readonly series: ModelSeries;

  /**
   * @param props model and objectives
   */
  public constructor(props: RequestSegmentProps) {
    this.serving = props.serving;
    this.slo = props.slo;
    this.series = ModelSeries.of(props.serving);
  }

  public panels(): Panel[] {
    const { metrics } = this.serving;
    const scope = this.series.onDashboard;
    const byVersion = { ...scope, groupBy: [this.series.versionLabel] };
    const errors = measured(() => metrics.errorRatio(scope)).query;
    return [
      { title: 'Throughput', kind: PanelKind.STAT, queries: [metrics.throughput(scope)] },
      {
        title: 'Latency',
        kind: PanelKind.TIME_SERIES,
        queries: this.latencies(),
        thresholds: this.slo && lineAt(this.slo.latency.below.toMilliseconds() / 1000),
      },
      { title: 'Throughput by version', kind: PanelKind.TIME_SERIES, queries: [metrics.throughput(byVersion)], legendLabel: this.series.versionLabel },
      ...errors ? [
        {
          title: 'Error ratio by version',
          kind: PanelKind.TIME_SERIES,
          queries: [metrics.errorRatio(byVersion)],
          legendLabel: this.series.versionLabel,
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
    const { metrics } = this.serving;
    const scope = this.series.onDashboard;
    const percentiles = [...new Set([50, 95, 99, ...this.slo ? [this.slo.latency.percentile] : []])].sort((a, b) => a - b);
    return measured(() => metrics.latency(50, scope)).query
      ? percentiles.map((percentile) => metrics.latency(percentile, scope))
      : [metrics.meanLatency(scope)];
  }
}

function lineAt(limit: number): PanelThreshold[] {
  return [{ level: PanelLevel.GOOD }, { from: limit, level: PanelLevel.BAD }];
}
