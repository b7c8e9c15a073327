import { ExportedMetric, MetricType } from './exported-metric';
import { MetricQuery, MetricUnit } from './metric-query';
import { comparedSamplesQuery, distanceQuery, medianBucketRatioQuery, outsideRatioQuery } from './prediction-questions';
import { MetricScope } from './request-metrics';
import { eitherOrBoth, quantileOf, sumOfRates } from './request-questions';
import { requireCounting, requireDeclaration } from './server-declaration';
import { InputError } from '../private/input-error';

/** Properties of `PredictionMetrics`: what has to be exported so that inputs and outputs can be watched. */
export interface PredictionMetricsProps {
  /** Histogram of the values of numeric features, missing ones left out. Has the label of the feature. */
  readonly inputs: ExportedMetric;
  /** Counter of missing feature values. Has the label of the feature. */
  readonly nulls: ExportedMetric;
  /** Histogram of what the model answers: the value of a regression, the probability of the class that matters. */
  readonly outputs: ExportedMetric;
  /**
   * Counter of predictions that are no number: the model answered nothing, or something that is not finite. They are not among `outputs`.
   *
   * @default - not exported
   */
  readonly outputNulls?: ExportedMetric;
  /**
   * Histogram of how sure the model is of its answer, between 0 and 1.
   *
   * @default - not exported
   */
  readonly score?: ExportedMetric;
  /**
   * Label of `inputs` and `nulls` that names the feature.
   *
   * @default feature
   */
  readonly featureLabel?: string;
}

/** Options of `PredictionMetrics.standard()`. */
export interface StandardPredictionOptions {
  /**
   * Upper bounds of the buckets of feature values.
   *
   * @default - from -1000 to 1000, dense around 0, as fits features that were scaled
   */
  readonly inputBuckets?: number[];
  /**
   * Upper bounds of the buckets of outputs.
   *
   * @default - 0.05, 0.1 and so on to 1, as fits a probability
   */
  readonly outputBuckets?: number[];
}

/** Range of outputs. */
export interface OutputRange {
  /**
   * Outputs up to here are outside.
   *
   * @default - there is no lower end
   */
  readonly min?: number;
  /**
   * Outputs above are outside.
   *
   * @default - there is no upper end
   */
  readonly max?: number;
}

const SCALED = [-1000, -100, -10, -5, -3, -2, -1, -0.5, -0.1, 0, 0.1, 0.5, 1, 2, 3, 5, 10, 100, 1000];
const PROBABILITY = Array.from({ length: 20 }, (_, i) => (i + 1) / 20);

/**
 * The contract for prediction metrics, and the questions that can be asked of them.
 *
 * Whatever answers the contract, a server or an exporter beside it, exposes on `PATH` of the port named `PORT_NAME`:
 *
 * | metric | type | labels | meaning |
 * |---|---|---|---|
 * | `model_input_value` | histogram | `feature` | value of a numeric feature |
 * | `model_input_nulls_total` | counter | `feature` | feature was missing |
 * | `model_output_value` | histogram | | what the model answered |
 * | `model_output_nulls_total` | counter | | the answer was missing or no finite number |
 * | `model_prediction_score` | histogram | | how sure it was, 0 to 1 |
 */
export class PredictionMetrics {
  /** Name of the container port of an exporter beside the server. */
  public static readonly PORT_NAME = 'predictions';

  /** Port of an exporter beside the server. */
  public static readonly PORT = 9091;

  /** Path that Prometheus scrapes. */
  public static readonly PATH = '/metrics';

  /**
   * The names that our exporter uses.
   *
   * @param options buckets
   */
  public static standard(options: StandardPredictionOptions = {}): PredictionMetrics {
    return PredictionMetrics.custom({
      inputs: { name: 'model_input_value', type: MetricType.HISTOGRAM, labels: ['feature'], buckets: options.inputBuckets ?? SCALED },
      nulls: { name: 'model_input_nulls_total', type: MetricType.COUNTER, labels: ['feature'] },
      outputs: { name: 'model_output_value', type: MetricType.HISTOGRAM, buckets: options.outputBuckets ?? PROBABILITY },
      outputNulls: { name: 'model_output_nulls_total', type: MetricType.COUNTER },
      score: { name: 'model_prediction_score', type: MetricType.HISTOGRAM, unit: MetricUnit.RATIO, buckets: PROBABILITY },
    });
  }

  /**
   * Names of your own.
   *
   * @param props what is exported
   * @throws if a distribution is no histogram, or the label of the feature is not declared
   */
  public static custom(props: PredictionMetricsProps): PredictionMetrics {
    [props.inputs, props.outputs, ...(props.score ? [props.score] : [])].forEach(requireHistogram);
    requireCounting(props.nulls, 'nulls');
    if (props.outputNulls) {
      requireCounting(props.outputNulls, 'outputNulls');
      requireDeclaration(props.outputNulls);
    }
    const featureLabel = props.featureLabel ?? 'feature';
    [props.inputs, props.nulls].forEach((metric) => requireLabel(metric, featureLabel));
    return new PredictionMetrics({ ...props, featureLabel });
  }

  private constructor(private readonly props: PredictionMetricsProps & { featureLabel: string }) {}

  /** Label that names the feature. */
  public get featureLabel(): string {
    return this.props.featureLabel;
  }

  /** Everything that is exported. */
  public get exported(): ExportedMetric[] {
    const { inputs, nulls, outputs, outputNulls, score } = this.props;
    return [inputs, nulls, outputs, ...(outputNulls ? [outputNulls] : []), ...(score ? [score] : [])];
  }

  /**
   * Value that the given share of the inputs stays below, feature by feature.
   *
   * @param percentile share in percent, such as 50
   * @param scope which pods, over what time
   */
  public inputQuantile(percentile: number, scope: MetricScope): MetricQuery {
    return quantile(this.props.inputs, percentile, byFeature(scope, this.featureLabel), 'of the inputs');
  }

  /**
   * Share of the values that are missing, feature by feature: 0 while none is, no series for a feature that nobody sends.
   *
   * @param scope which pods, over what time
   */
  public nullRatio(scope: MetricScope): MetricQuery {
    const perFeature = byFeature(scope, this.featureLabel);
    const nulls = sumOfRates(this.props.nulls.name, {}, perFeature);
    const all = eitherOrBoth(sumOfRates(`${this.props.inputs.name}_count`, {}, perFeature), nulls);
    return MetricQuery.promql({ expr: `(${nulls} or 0 * ${all}) / (${all} > 0)`, title: 'share of missing values', unit: MetricUnit.RATIO });
  }

  /**
   * Value that the given share of the outputs stays below.
   *
   * @param percentile share in percent, such as 50
   * @param scope which pods, over what time
   */
  public outputQuantile(percentile: number, scope: MetricScope): MetricQuery {
    return quantile(this.props.outputs, percentile, scope, 'of the outputs');
  }

  /**
   * How the outputs are distributed: outputs per second, one series for each bucket, as a heatmap draws them.
   *
   * @param scope which pods, over what time
   */
  public outputDistribution(scope: MetricScope): MetricQuery {
    const expr = sumOfRates(`${this.props.outputs.name}_bucket`, {}, scope, { groupBy: ['le'] });
    return MetricQuery.promql({ expr, title: 'distribution of the outputs', unit: this.props.outputs.unit });
  }

  /**
   * Mean of the outputs. No series while there is no traffic.
   *
   * @param scope which pods, over what time
   */
  public outputMean(scope: MetricScope): MetricQuery {
    return mean(this.props.outputs, scope, 'mean output');
  }

  /**
   * Share of the outputs outside a range: up to its lower end, or above its upper end.
   *
   * @param range lower and upper end, each a bound of the buckets
   * @param scope which pods, over what time
   * @throws if an end lies between two buckets, where nobody knows how many outputs were beyond it
   */
  public outputOutsideRatio(range: OutputRange, scope: MetricScope): MetricQuery {
    return outsideRatioQuery(this.props.outputs, range, scope);
  }

  /**
   * Share of the predictions that are missing or no finite number: 0 while none is, no series while there is no traffic.
   *
   * @param scope which pods, over what time
   * @throws if nobody counts them
   */
  public outputNullRatio(scope: MetricScope): MetricQuery {
    if (!this.props.outputNulls) {
      throw new InputError('metric/no-output-nulls', 'missing predictions cannot be asked: nobody counts them; declare their counter as \'outputNulls\' of PredictionMetrics.custom()');
    }
    const nulls = sumOfRates(this.props.outputNulls.name, {}, scope);
    const all = eitherOrBoth(sumOfRates(`${this.props.outputs.name}_count`, {}, scope), nulls);
    return MetricQuery.promql({ expr: `(${nulls} or 0 * ${all}) / (${all} > 0)`, title: 'share of missing predictions', unit: MetricUnit.RATIO });
  }

  /**
   * Share of the outputs in the bucket that holds their median: near 1 where the model answers the same to everybody. Above one half it is the share
   * of the fullest bucket.
   *
   * @param scope which pods, over what time
   */
  public outputConcentration(scope: MetricScope): MetricQuery {
    return medianBucketRatioQuery(this.props.outputs, scope);
  }

  /**
   * How far the outputs of some pods are from those of others: the largest difference of the shares up to any bound, between 0 and 1.
   *
   * @param scope which pods, over what time
   * @param other what they are compared with
   * @see https://en.wikipedia.org/wiki/Kolmogorov%E2%80%93Smirnov_test
   */
  public outputDistance(scope: MetricScope, other: MetricScope): MetricQuery {
    return distanceQuery(this.props.outputs, scope, other);
  }

  /**
   * How many outputs stand behind a comparison: `n * m / (n + m)` of the numbers of both, so that the smaller one decides.
   *
   * @param scope which pods, over what time
   * @param other what they are compared with
   */
  public outputsCompared(scope: MetricScope, other: MetricScope): MetricQuery {
    return comparedSamplesQuery(this.props.outputs, scope, other);
  }

  /**
   * Score that the given share of the predictions stays below.
   *
   * @param percentile share in percent, such as 50
   * @param scope which pods, over what time
   * @throws if no score is exported
   */
  public scoreQuantile(percentile: number, scope: MetricScope): MetricQuery {
    return quantile(this.score(), percentile, scope, 'of the scores');
  }

  /**
   * Mean of the scores. No series while there is no traffic.
   *
   * @param scope which pods, over what time
   * @throws if no score is exported
   */
  public scoreMean(scope: MetricScope): MetricQuery {
    return mean(this.score(), scope, 'mean score');
  }

  private score(): ExportedMetric {
    if (!this.props.score) {
      throw new InputError('metric/no-score', 'the score cannot be asked: it is not exported; declare it as \'score\' of PredictionMetrics.custom()');
    }
    return this.props.score;
  }
}

function quantile(metric: ExportedMetric, percentile: number, scope: MetricScope, of: string): MetricQuery {
  const buckets = sumOfRates(`${metric.name}_bucket`, {}, scope, { groupBy: ['le'] });
  return MetricQuery.promql({ expr: `histogram_quantile(${quantileOf(percentile)}, ${buckets})`, title: `p${percentile} ${of}`, unit: metric.unit });
}

function mean(metric: ExportedMetric, scope: MetricScope, title: string): MetricQuery {
  const [sum, count] = ['sum', 'count'].map((part) => sumOfRates(`${metric.name}_${part}`, {}, scope));
  return MetricQuery.promql({ expr: `${sum} / (${count} > 0)`, title, unit: metric.unit });
}

function byFeature(scope: MetricScope, featureLabel: string): MetricScope {
  return { ...scope, groupBy: [...scope.groupBy ?? [], featureLabel] };
}

function requireHistogram(metric: ExportedMetric): void {
  requireDeclaration(metric);
  if (metric.type !== MetricType.HISTOGRAM) {
    throw new InputError('metric/distribution-not-histogram', `a distribution must be a histogram, got the ${metric.type} '${metric.name}'; nothing else can be put together over several pods`);
  }
}

function requireLabel(metric: ExportedMetric, label: string): void {
  requireDeclaration(metric);
  if (!metric.labels?.includes(label)) {
    throw new InputError('metric/no-feature-label', `'${metric.name}' must have the label '${label}', got labels ${metric.labels?.join(', ') || 'none'}; name the label as 'featureLabel' if it is another one`);
  }
}
