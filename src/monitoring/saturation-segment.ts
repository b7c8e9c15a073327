import { Duration } from 'cdk8s';
import { AlertRule, AlertSeverity } from './alert-rule';
import { ModelSeries } from './model-series';
import { Panel, PanelKind, PanelLevel } from './panel';
import { promql } from './request-recordings';
import { IMonitoringSegment, RecordingRule } from './segment';
import { MetricUnit } from '../core/metric-query';
import { IModelServing } from '../serving/serving';

/** Properties of `SaturationSegment`. */
export interface SaturationSegmentProps {
  /** The model. */
  readonly serving: IModelServing;
  /**
   * Share of the memory limit from which somebody is told, as the kernel kills the container at 1.
   *
   * @default 0.9
   */
  readonly memoryBelow?: number;
}

const DASHBOARD = '$__rate_interval';
/** Without the sums over a pod that cAdvisor exports besides. */
const CONTAINERS = 'container!=""';

/**
 * How full the pods are: CPU and memory against their limits, throttling, restarts, pods by version. The numbers come from the kubelet and
 * from kube-state-metrics, which know pods but no models, so they are joined with the pods that Prometheus scrapes for the model.
 *
 * @see https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/workload/pod-metrics.md
 */
export class SaturationSegment implements IMonitoringSegment {
  public readonly segmentName = 'Saturation';
  private readonly series: ModelSeries;
  /** Matchers that keep Prometheus from reading the whole cluster for one model. */
  private readonly namespace: string[];
  private readonly memoryBelow: number;

  /**
   * @param props the model
   */
  public constructor(props: SaturationSegmentProps) {
    this.series = ModelSeries.of(props.serving);
    const { servingNamespace } = props.serving;
    this.namespace = servingNamespace === '' ? [] : [`namespace="${servingNamespace}"`];
    this.memoryBelow = props.memoryBelow ?? 0.9;
  }

  public panels(): Panel[] {
    const byPod = { kind: PanelKind.TIME_SERIES, legendLabel: 'pod' };
    return [
      { title: 'CPU', description: 'Cores', queries: [promql('CPU', this.cpu())], ...byPod },
      {
        title: 'Memory of its limit',
        queries: [promql('memory', this.memoryRatio(), MetricUnit.RATIO)],
        thresholds: [{ level: PanelLevel.GOOD }, { from: this.memoryBelow, level: PanelLevel.BAD }],
        ...byPod,
      },
      {
        title: 'CPU throttling',
        description: 'Share of the scheduler periods in which a container with a CPU limit had to wait',
        queries: [promql('throttled', this.throttledRatio(DASHBOARD), MetricUnit.RATIO)],
        ...byPod,
      },
      { title: 'Restarts', description: 'In the last hour', queries: [promql('restarts', this.restarts('1h'))], ...byPod },
      {
        title: 'Pods by version',
        kind: PanelKind.TIME_SERIES,
        queries: [promql('pods', `count by (${this.version}) (group by (${this.version}, namespace, pod) (up{${this.series.matchers}} == 1))`)],
        legendLabel: this.version,
      },
    ];
  }

  public alerts(): AlertRule[] {
    return [
      {
        alertName: 'MemoryNearLimit',
        severity: AlertSeverity.TICKET,
        query: promql('memory of its limit', this.memoryRatio(), MetricUnit.RATIO),
        condition: `> ${this.memoryBelow}`,
        holdsFor: Duration.minutes(15),
        summary: 'pod {{ $labels.pod }} is about to be killed for its memory',
      },
      {
        alertName: 'ContainerRestarts',
        severity: AlertSeverity.TICKET,
        query: promql('restarts in half an hour', this.restarts('30m')),
        condition: '> 2',
        summary: 'a container of pod {{ $labels.pod }} restarts again and again',
      },
      {
        alertName: 'CpuThrottled',
        severity: AlertSeverity.TICKET,
        query: promql('share of throttled periods', this.throttledRatio('5m'), MetricUnit.RATIO),
        condition: '> 0.25',
        holdsFor: Duration.minutes(15),
        summary: 'pod {{ $labels.pod }} waits for CPU time that its limit denies; latency suffers before anything else shows it',
      },
    ];
  }

  public recordingRules(): RecordingRule[] {
    return [];
  }

  private get version(): string {
    return this.series.versionLabel;
  }

  private cpu(): string {
    return this.ofModel(`sum by (namespace, pod) (rate(${this.inNamespace('container_cpu_usage_seconds_total', CONTAINERS)}[${DASHBOARD}]))`);
  }

  private memoryRatio(): string {
    const used = `max by (namespace, pod, container) (${this.inNamespace('container_memory_working_set_bytes', CONTAINERS)})`;
    const limit = `max by (namespace, pod, container) (${this.inNamespace('kube_pod_container_resource_limits', 'resource="memory"')} > 0)`;
    return this.ofModel(`max by (namespace, pod) (${used} / ${limit})`);
  }

  private throttledRatio(window: string): string {
    const rate = (name: string) => `sum by (namespace, pod) (rate(${this.inNamespace(name, CONTAINERS)}[${window}]))`;
    return this.ofModel(`${rate('container_cpu_cfs_throttled_periods_total')} / (${rate('container_cpu_cfs_periods_total')} > 0)`);
  }

  /** Native sidecars are init containers, too. Names of containers are unique in a pod, so nothing is hidden by `or`. */
  private restarts(window: string): string {
    const increase = (name: string) => `increase(${this.inNamespace(name)}[${window}])`;
    const all = `${increase('kube_pod_container_status_restarts_total')} or ${increase('kube_pod_init_container_status_restarts_total')}`;
    return this.ofModel(`sum by (namespace, pod) (${all})`);
  }

  private inNamespace(metric: string, ...matchers: string[]): string {
    const all = [...this.namespace, ...matchers];
    return all.length === 0 ? metric : `${metric}{${all.join(',')}}`;
  }

  /** Only pods of this model. */
  private ofModel(expr: string): string {
    return `${expr} and on (namespace, pod) ${this.series.pods}`;
  }
}
