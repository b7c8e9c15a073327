import { Duration } from 'cdk8s';
import { AlertRule, AlertSeverity } from './alert-rule';
import { ModelSeries } from './model-series';
import { Panel, PanelKind, PanelLevel } from './panel';
import { promql } from './request-recordings';
import { RequestSource } from './request-source';
import { Requests } from './requests';
import { IMonitoringSegment, RecordingRule } from './segment';
import { MetricUnit } from '../core/metric-query';
import { PredictionMetrics } from '../core/prediction-metrics';
import { InputError } from '../private/input-error';
import { IModelServing } from '../serving/serving';

/** Properties of `PredictionSegment`. */
export interface PredictionSegmentProps {
  /** The model. Its metrics must have prediction metrics. */
  readonly serving: IModelServing;
  /**
   * Who counts the requests.
   *
   * @default - the pods of the model
   */
  readonly requests?: RequestSource;
  /**
   * Share of missing values of a feature from which somebody is told.
   *
   * @default - missing values are shown and nobody is told, as what is usual differs from feature to feature
   */
  readonly nullRatioBelow?: number;
}

/**
 * What goes into the model and what comes out: distribution of outputs and inputs, missing values. Says so when requests are answered and
 * no prediction is recorded, as a distribution that stands still looks like one that is stable.
 */
export class PredictionSegment implements IMonitoringSegment {
  public readonly segmentName = 'Inputs and outputs';
  private readonly requests: Requests;
  private readonly series: ModelSeries;
  private readonly predictions: PredictionMetrics;
  private readonly nullRatioBelow?: number;

  /**
   * @param props the model
   * @throws if the model exports no prediction metrics
   */
  public constructor(props: PredictionSegmentProps) {
    const { predictions } = props.serving.metrics;
    if (!predictions) {
      throw new InputError('monitoring/no-prediction-metrics', `'${props.serving.modelName}' must export prediction metrics to have its inputs and outputs watched, got none; declare them with 'withPredictions()' on its metrics`);
    }
    this.requests = new Requests(props.serving, props.requests);
    this.series = ModelSeries.of(props.serving);
    this.predictions = predictions;
    this.nullRatioBelow = props.nullRatioBelow;
  }

  public panels(): Panel[] {
    const { predictions } = this;
    const scope = this.series.onDashboard;
    const byFeature = { kind: PanelKind.TIME_SERIES, legendLabel: predictions.featureLabel };
    return [
      { title: 'Output distribution', kind: PanelKind.HEATMAP, queries: [predictions.outputDistribution(scope)] },
      {
        title: 'Outputs',
        kind: PanelKind.TIME_SERIES,
        queries: [...[10, 50, 90].map((percentile) => predictions.outputQuantile(percentile, scope)), predictions.outputMean(scope)],
      },
      { title: 'Median of the inputs', queries: [predictions.inputQuantile(50, scope)], ...byFeature },
      {
        title: 'Missing values',
        queries: [predictions.nullRatio(scope)],
        thresholds: this.nullRatioBelow === undefined
          ? undefined
          : [{ level: PanelLevel.GOOD }, { from: this.nullRatioBelow, level: PanelLevel.BAD }],
        ...byFeature,
      },
    ];
  }

  public alerts(): AlertRule[] {
    const scope = this.series.over(Duration.minutes(15));
    const requests = this.requests.metrics.throughput(this.requests.over(Duration.minutes(15))).expr;
    const predictions = this.predictions.outputMean(scope).expr;
    return [
      {
        alertName: 'PredictionsNotRecorded',
        severity: AlertSeverity.TICKET,
        query: promql('requests per second without a recorded prediction', `(${requests} > 0) unless on () (${predictions})`, MetricUnit.REQUESTS_PER_SECOND),
        holdsFor: Duration.minutes(15),
        summary: 'requests are answered, but no prediction is recorded: drift would not be seen',
      },
      ...this.nullRatioBelow === undefined ? [] : [{
        alertName: 'ValuesMissing',
        severity: AlertSeverity.TICKET,
        query: this.predictions.nullRatio(scope),
        condition: `> ${this.nullRatioBelow}`,
        holdsFor: Duration.minutes(15),
        summary: `feature {{ $labels.${this.predictions.featureLabel} }} is missing more often than it may`,
      }],
    ];
  }

  public recordingRules(): RecordingRule[] {
    return [];
  }
}
