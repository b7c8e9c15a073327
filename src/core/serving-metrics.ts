import { Duration } from 'cdk8s';
import { ExportedMetric, MetricType } from './exported-metric';
import { bentoml, istio, kserve, mlserver, rayServe, triton } from './known-servers';
import { MetricQuery } from './metric-query';
import { PredictionMetrics } from './prediction-metrics';
import { MetricScope, RequestMetrics } from './request-metrics';
import { errorRatioQuery, latencyQuery, meanLatencyQuery, slowRatioQuery, throughputQuery } from './request-questions';
import { isLacking, mergeByName, requireCounting, requireDeclaration, requirePort, secondsPerUnit, ServerDeclaration } from './server-declaration';
import { HistogramServerOptions, IstioMetricsOptions, IstioReporter, ServerOptions } from './server-options';
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
    return ServingMetrics.declared({ ...props, server: 'the server', path: props.path ?? '/metrics', others: props.others ?? [] });
  }

  /**
   * MLServer's REST server: inference requests, failures by status. Requests by gRPC are among `exported`, without a histogram.
   *
   * @param options what differs from MLServer's defaults
   * @see https://mlserver.readthedocs.io/en/stable/user-guide/metrics.html
   */
  public static mlserver(options: HistogramServerOptions = {}): ServingMetrics {
    return ServingMetrics.declared(mlserver(options));
  }

  /**
   * The Python server of KServe's own runtimes: time of the prediction alone. It counts no failures.
   *
   * @param options what differs from KServe's defaults
   * @see https://github.com/kserve/kserve/blob/master/python/kserve/kserve/metrics.py
   */
  public static kserve(options: HistogramServerOptions = {}): ServingMetrics {
    return ServingMetrics.declared(kserve(options));
  }

  /**
   * NVIDIA Triton. It counts time and requests: the mean latency is known, quantiles are not.
   *
   * @param options what differs from Triton's defaults
   * @see https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/user_guide/metrics.html
   */
  public static triton(options: ServerOptions = {}): ServingMetrics {
    return ServingMetrics.declared(triton(options));
  }

  /**
   * Ray Serve, as its HTTP proxy sees requests. Buckets are wide: 500 ms, 1 s, 2 s.
   *
   * @param options what differs from Ray's defaults, such as `latencyBuckets` as in `RAY_SERVE_REQUEST_LATENCY_BUCKETS_MS`
   * @see https://docs.ray.io/en/latest/serve/monitoring.html#metrics
   */
  public static rayServe(options: HistogramServerOptions = {}): ServingMetrics {
    return ServingMetrics.declared(rayServe(options));
  }

  /**
   * BentoML 1.4 and newer; its namespace `bentoml_service` unchanged.
   *
   * @param options what differs from BentoML's defaults, such as `latencyBuckets` as in `metrics.duration.buckets`
   * @see https://docs.bentoml.com/en/latest/build-with-bentoml/observability/metrics.html
   */
  public static bentoml(options: HistogramServerOptions = {}): ServingMetrics {
    return ServingMetrics.declared(bentoml(options));
  }

  /**
   * What the mesh sees of a server that exports nothing itself. Select by `destination_*` labels, such as
   * `destination_workload="fraud",destination_workload_namespace="ml"`.
   *
   * @param options what differs from Istio's defaults
   * @see https://istio.io/latest/docs/reference/config/metrics/
   */
  public static istio(options: IstioMetricsOptions = {}): ServingMetrics {
    return ServingMetrics.declared(istio(options));
  }

  private static declared(server: ServerDeclaration): ServingMetrics {
    requirePort(server.port);
    [server.latency, server.requests, server.failures, ...server.others].forEach((metric) => {
      if (!isLacking(metric)) {requireDeclaration(metric);}
    });
    return new ServingMetrics(server, undefined);
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

  /** Which proxy of Istio counts the requests. Absent where the server itself does. */
  public get istioReporter(): IstioReporter | undefined {
    return this.server.istioReporter;
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
   * Share of the requests that take longer than the given time. No series while there is no traffic.
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
