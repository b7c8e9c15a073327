/** Options of a ready declaration. */
export interface ServerOptions {
  /**
   * Port that Prometheus scrapes.
   *
   * @default - the server's own default
   */
  readonly port?: number;
}

/** Options of a ready declaration of a server that exports a histogram of its latency. */
export interface HistogramServerOptions extends ServerOptions {
  /**
   * Upper bounds of the buckets, in the unit of the server's own metric, where its configuration changes them.
   *
   * @default - the server's own default
   */
  readonly latencyBuckets?: number[];
}

/** Which proxy reports a request. */
export enum IstioReporter {
  /** The sidecar of the server: what the server was asked. */
  DESTINATION = 'destination',
  /** The sidecar or gateway of the caller: what the caller got, including what never reached the server. */
  SOURCE = 'source',
  /** The waypoint, in ambient mode. */
  WAYPOINT = 'waypoint',
}

/** Options of `ServingMetrics.istio()`. */
export interface IstioMetricsOptions extends HistogramServerOptions {
  /**
   * Which proxy's report counts. With both, each request would count twice.
   *
   * @default IstioReporter.DESTINATION
   */
  readonly reporter?: IstioReporter;
}
