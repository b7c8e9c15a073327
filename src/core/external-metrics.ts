import { ExportedMetric } from './exported-metric';
import { kubernetesMetrics } from './kubernetes-metrics';
import { mergeByName, requireDeclaration } from './server-declaration';

/** Metrics that are scraped elsewhere: nothing that we synthesize exports them, yet our queries may ask for them. */
export class ExternalMetrics {
  /**
   * Metrics that something else exports and something else scrapes, such as a gateway or a business system.
   *
   * `ExternalMetrics.declare(ServingMetrics.istio().exported)` declares those of the mesh.
   *
   * @param metrics names and labels as Prometheus has them. `job` and `instance` are always there
   * @throws if a name, a label or the buckets are malformed
   */
  public static declare(metrics: ExportedMetric[]): ExternalMetrics {
    metrics.forEach(requireDeclaration);
    return new ExternalMetrics(metrics);
  }

  /**
   * What kube-prometheus-stack scrapes by default about pods and workloads: kube-state-metrics, and the kubelet with its cAdvisor.
   *
   * Metrics that the chart drops, such as `container_cpu_cfs_throttled_seconds_total`, are not among them.
   *
   * @see https://github.com/kubernetes/kube-state-metrics/tree/main/docs
   * @see https://github.com/google/cadvisor/blob/master/docs/storage/prometheus.md
   */
  public static kubernetes(): ExternalMetrics {
    return new ExternalMetrics(kubernetesMetrics());
  }

  private constructor(private readonly metrics: ExportedMetric[]) {}

  /** What is declared, each with the labels that a scrape adds to everything. */
  public get exported(): ExportedMetric[] {
    return mergeByName(this.metrics).map((metric) => ({ ...metric, labels: [...new Set([...metric.labels ?? [], 'job', 'instance'])] }));
  }
}
