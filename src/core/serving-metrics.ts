import { Duration } from 'cdk8s';
import { ExportedMetric, MetricType } from './exported-metric';
import { triton } from './known-servers';
import { MetricQuery } from './metric-query';
import { PredictionMetrics } from './prediction-metrics';
import { MetricScope, RequestMetrics } from './request-metrics';
import { errorRatioQuery, latencyQuery, meanLatencyQuery, slowRatioQuery, throughputQuery } from './request-questions';
import { isLacking, mergeByName, requireCounting, requireDeclaration, secondsPerUnit, ServerDeclaration } from './server-declaration';
import { InputError } from '../private/input-error';

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
   * @throws if the latency is no histogram of time, a counter is a gauge, or a name, a label or the buckets are malformed
   */
  public static custom(props: CustomServingMetricsProps): ServingMetrics {
    if (props.latency.type !== MetricType.HISTOGRAM) {
      throw new InputError('metric/latency-not-histogram', `'latency' must be a histogram, got the ${props.latency.type} '${props.latency.name}'; quantiles of several pods cannot be put together otherwise`);
    }
    requireCounting(props.requests, 'requests');
    requireCounting(props.failures, 'failures');
    secondsPerUnit(props.latency);
    const others = props.others ?? [];
    [props.latency, props.requests, props.failures, ...others].forEach(requireDeclaration);
    return new ServingMetrics({ ...props, server: 'the server', path: props.path ?? '/metrics', others }, undefined);
  }

  /**
   * NVIDIA Triton. It counts time and requests: the average is known, quantiles are not.
   *
   * @see https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/user_guide/metrics.html
   */
  public static triton(): ServingMetrics {
    return new ServingMetrics(triton(), undefined);
  }

  private constructor(
    private readonly server: ServerDeclaration,
    /** Prediction metrics, where the server or an exporter has them. */
    public readonly predictions: PredictionMetrics | undefined,
  ) {}

  /** Port that Prometheus scrapes. */
  public get port(): number {
    return this.server.port;
  }

  /** Path that Prometheus scrapes. */
  public get path(): string {
    return this.server.path;
  }

  /** Everything that the server and its prediction metrics export, one entry a name. */
  public get exported(): ExportedMetric[] {
    const { latency, duration, requests, failures, others } = this.server;
    const declared = [latency, duration, requests, failures, ...others]
      .filter((metric): metric is ExportedMetric => metric !== undefined && !isLacking(metric));
    return mergeByName([...declared, ...this.predictions?.exported ?? []]);
  }

  /**
   * The same server with metrics of its inputs and outputs.
   *
   * @param predictions what is exported about them
   */
  public withPredictions(predictions: PredictionMetrics): ServingMetrics {
    return new ServingMetrics(this.server, predictions);
  }

  /**
   * Latency that the given share of the requests stays below, in seconds, over all selected pods together.
   *
   * @param percentile share in percent, such as 95
   * @param scope which pods, over what time
   * @throws if the server exports no histogram of its latency
   */
  public latency(percentile: number, scope: MetricScope): MetricQuery {
    return latencyQuery(this.server, percentile, scope);
  }

  /**
   * Latency of the average request, in seconds. It hides the slow ones; it is what is left where a server exports no histogram.
   *
   * @param scope which pods, over what time
   */
  public meanLatency(scope: MetricScope): MetricQuery {
    return meanLatencyQuery(this.server, scope);
  }

  /**
   * Share of the requests that take longer than the given time; no series while there is no traffic.
   *
   * @param threshold a bound of the latency histogram's buckets
   * @param scope which pods, over what time
   * @throws if the threshold lies between two buckets, where nobody knows how many requests were slower
   */
  public slowRatio(threshold: Duration, scope: MetricScope): MetricQuery {
    return slowRatioQuery(this.server, threshold, scope);
  }

  /**
   * Share of the requests that fail: 0 while none does, no series while there is no traffic.
   *
   * @param scope which pods, over what time
   * @throws if the server counts no failures
   */
  public errorRatio(scope: MetricScope): MetricQuery {
    return errorRatioQuery(this.server, scope);
  }

  /**
   * Requests per second.
   *
   * @param scope which pods, over what time
   */
  public throughput(scope: MetricScope): MetricQuery {
    return throughputQuery(this.server, scope);
  }
}
