/** Options of `MetricsBackend.kubePrometheus()`. */
export interface KubePrometheusOptions {
  /** Name of the Helm release of kube-prometheus-stack: it ignores monitors and rules without that label. */
  readonly release: string;
  /**
   * Namespace that Prometheus runs in; network policies let its scraper in.
   *
   * @default monitoring
   */
  readonly namespace?: string;
  /**
   * Address of Prometheus inside the cluster.
   *
   * @default - `http://<release>-kube-prometheus-prometheus.<namespace>.svc:9090`
   */
  readonly url?: string;
}

/** What scrapes, evaluates and answers. */
export class MetricsBackend {
  /**
   * Prometheus as kube-prometheus-stack installs it.
   *
   * @param options release, namespace
   * @see https://github.com/prometheus-community/helm-charts/tree/main/charts/kube-prometheus-stack
   */
  public static kubePrometheus(options: KubePrometheusOptions): MetricsBackend {
    const namespace = options.namespace ?? 'monitoring';
    const url = options.url ?? `http://${options.release}-kube-prometheus-prometheus.${namespace}.svc:9090`;
    return new MetricsBackend(true, url, namespace, { release: options.release }, { 'app.kubernetes.io/name': 'prometheus' }, undefined);
  }

  private constructor(
    /** Whether there is a Prometheus operator that reads our monitors and rules. */
    public readonly isAvailable: boolean,
    /** Address of Prometheus inside the cluster; empty without one. */
    public readonly url: string,
    /** Namespace that Prometheus runs in; empty without one. */
    public readonly namespace: string,
    /** Labels that the operator selects monitors and rules by. */
    public readonly selectorLabels: { [key: string]: string },
    /** Labels of the scraper's pods. */
    public readonly scraperLabels: { [key: string]: string },
    /** Why there is none, where there is none. */
    public readonly reason: string | undefined,
  ) {}
}
