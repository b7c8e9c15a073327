import { Duration } from 'cdk8s';
import { ExportedMetric, MetricType } from './exported-metric';
import { MetricQuery } from './metric-query';

/** Which pods a query is about, and over what time. */
export interface MetricScope {
  /** Label matchers of PromQL without braces, such as `namespace="ml",model="fraud"`. */
  readonly selector: string;
  /**
   * Range over which rates are taken, such as `5m`.
   *
   * @default $__rate_interval
   */
  readonly window?: string;
}

/** How requests are told from failures in the metrics of a server. */
export interface RequestMetrics {
  /** Histogram of the time that a request takes. */
  readonly latency: ExportedMetric;
  /** Counter of requests, or the latency histogram itself, whose count is used. */
  readonly requests: ExportedMetric;
  /** Counter of failed requests; may be the counter of requests with a matcher. */
  readonly failures: ExportedMetric;
  /**
   * Matchers that tell a failure in that counter, such as `code=~"5.."`.
   *
   * @default - every increment is a failure
   */
  readonly failureMatcher?: string;
}

/** Properties of `ServingMetrics.custom()`. */
export interface CustomServingMetricsProps extends RequestMetrics {
  /** Port that Prometheus scrapes. */
  readonly port: number;
  /**
   * Path that Prometheus scrapes.
   *
   * @default /metrics
   */
  readonly path?: string;
  /**
   * Everything else that the server exports.
   *
   * @default - nothing else
   */
  readonly others?: ExportedMetric[];
}

/**
 * What a model server declares that it exports, and the questions that can be asked of it.
 *
 * Off-the-shelf servers export latency and errors, seldom the distribution of inputs and outputs: add `withPredictions()` where the server
 * or an exporter beside it does.
 */
export class ServingMetrics {
  /**
   * A server of your own.
   *
   * @param props what it exports
   */
  public static custom(props: CustomServingMetricsProps): ServingMetrics {
    return new ServingMetrics(props.port, props.path ?? '/metrics', props, props.others ?? [], undefined);
  }

  private constructor(
    /** Port that Prometheus scrapes. */
    public readonly port: number,
    /** Path that Prometheus scrapes. */
    public readonly path: string,
    private readonly source: RequestMetrics,
    private readonly others: ExportedMetric[],
    /** Prediction metrics, where the server or an exporter has them. */
    public readonly predictions: PredictionMetrics | undefined,
  ) {}

  /** Everything that is exported, by name. */
  public get exported(): ExportedMetric[] {
    return [this.source.latency, ...this.others];
  }

  /** The same server with metrics of its inputs and outputs. */
  public withPredictions(predictions: PredictionMetrics): ServingMetrics {
    return new ServingMetrics(this.port, this.path, this.source, this.others, predictions);
  }

  /** Latency that the given share of the requests stays below, in seconds, over all selected pods together. */
  public latency(percentile: number, scope: MetricScope): MetricQuery {
    return MetricQuery.promql({ expr: `histogram_quantile(${percentile / 100}, sum by (le) (rate(x{${scope.selector}}[5m])))`, title: 'latency' });
  }

  /** Share of the requests that take longer than the given time. */
  public slowRatio(threshold: Duration, scope: MetricScope): MetricQuery {
    return MetricQuery.promql({ expr: `${threshold.toMilliseconds()}`, title: scope.selector });
  }

  /** Share of the requests that fail. */
  public errorRatio(scope: MetricScope): MetricQuery {
    return MetricQuery.promql({ expr: '0', title: scope.selector });
  }

  /** Requests per second. */
  public throughput(scope: MetricScope): MetricQuery {
    return MetricQuery.promql({ expr: '0', title: scope.selector });
  }
}

/** Properties of `PredictionMetrics`: what has to be exported so that inputs and outputs can be watched. */
export interface PredictionMetricsProps {
  /** Histogram of a feature's values; label `feature`. */
  readonly inputs: ExportedMetric;
  /** Histogram of the model's output. */
  readonly outputs: ExportedMetric;
  /** Counter of missing feature values; label `feature`. */
  readonly nulls: ExportedMetric;
}

/** The contract for prediction metrics, and the questions that can be asked of them. */
export class PredictionMetrics {
  /** The names that our exporter uses. */
  public static standard(): PredictionMetrics {
    return new PredictionMetrics({
      inputs: { name: 'model_input_value', type: MetricType.HISTOGRAM, labels: ['feature'] },
      outputs: { name: 'model_output_score', type: MetricType.HISTOGRAM },
      nulls: { name: 'model_input_nulls_total', type: MetricType.COUNTER, labels: ['feature'] },
    });
  }

  private constructor(private readonly props: PredictionMetricsProps) {}

  /** Everything that is exported. */
  public get exported(): ExportedMetric[] {
    return [this.props.inputs, this.props.outputs, this.props.nulls];
  }
}
