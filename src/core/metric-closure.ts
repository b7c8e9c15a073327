import { ExportedMetric, MetricType } from './exported-metric';
import { ExternalMetrics } from './external-metrics';
import { MetricQuery } from './metric-query';
import { analysePromql } from '../private/promql/analyse';
import { Labels, resultLabels, unionOf } from '../private/promql/result-labels';

/** What selects the targets of a scrape. */
export enum MonitorKind {
  /** A PodMonitor. */
  POD = 'PodMonitor',
  /** A ServiceMonitor, which adds the label `service`. */
  SERVICE = 'ServiceMonitor',
}

/** Metrics that a monitor of ours scrapes. */
export interface ScrapedMetrics {
  /** What the pods export. */
  readonly metrics: ExportedMetric[];
  /**
   * Labels of the pods that the monitor copies, as Kubernetes writes them.
   *
   * @default - none
   */
  readonly podTargetLabels?: string[];
  /**
   * Labels that the monitor adds by relabeling, as Prometheus writes them.
   *
   * @default - none
   */
  readonly addedLabels?: string[];
  /**
   * What selects the targets.
   *
   * @default MonitorKind.POD
   */
  readonly monitor?: MonitorKind;
}

/** A series that Prometheus computes ahead of time. */
export interface RecordedMetric {
  /** Name of the series. */
  readonly metricName: string;
  /** How it is computed: what labels survive follows from it. */
  readonly query: MetricQuery;
  /**
   * Labels that the rule itself adds.
   *
   * @default - none
   */
  readonly addedLabels?: string[];
}

/** Properties of `MetricClosure`. */
export interface MetricClosureProps {
  /** What our monitors scrape. */
  readonly scraped: ScrapedMetrics[];
  /**
   * What is scraped elsewhere.
   *
   * @default - nothing
   */
  readonly external?: ExternalMetrics[];
  /**
   * What recording rules compute, in any order.
   *
   * @default - nothing
   */
  readonly recorded?: RecordedMetric[];
}

/** Something that a query asks for and nobody answers. */
export interface MetricGap {
  /** Rule that it breaks. */
  readonly ruleId: string;
  /** What is asked for. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
}

/**
 * Whether what queries ask for is there: each metric is exported, recorded or declared, and each label is set by the exporter or copied by a
 * monitor. A query that is not closed answers nothing in production, and an alert that answers nothing never fires.
 *
 * A metric that several sources export is taken to have the labels of all of them.
 */
export class MetricClosure {
  /**
   * The labels that a monitor adds to every series.
   *
   * @param monitor what selects the targets
   * @see https://github.com/prometheus-operator/prometheus-operator/blob/main/pkg/prometheus/promcfg.go
   */
  public static scrapeLabels(monitor: MonitorKind): string[] {
    const labels = ['container', 'endpoint', 'instance', 'job', 'namespace', 'pod'];
    return monitor === MonitorKind.SERVICE ? [...labels, 'service'] : labels;
  }

  /**
   * A label of Kubernetes as Prometheus writes it: `rollouts-pod-template-hash` becomes `rollouts_pod_template_hash`.
   *
   * @param label key of the label
   */
  public static sanitizeLabel(label: string): string {
    return label.replace(/[^A-Za-z0-9_]/g, '_');
  }

  /**
   * The closure over what is exported, recorded or declared.
   *
   * @param props who exports what
   */
  public static of(props: MetricClosureProps): MetricClosure {
    return new MetricClosure(props);
  }

  private readonly series = new Map<string, Set<string>>();
  private readonly recorded = new Map<string, RecordedMetric[]>();
  private readonly resolved = new Map<string, Labels>();

  private constructor(props: MetricClosureProps) {
    for (const scraped of props.scraped) {
      const added = [
        ...MetricClosure.scrapeLabels(scraped.monitor ?? MonitorKind.POD),
        ...(scraped.podTargetLabels ?? []).map(MetricClosure.sanitizeLabel),
        ...scraped.addedLabels ?? [],
      ];
      const ofEveryTarget = ['up', 'scrape_duration_seconds', 'scrape_samples_scraped'].map((name) => ({ name, type: MetricType.GAUGE }));
      [...scraped.metrics, ...ofEveryTarget].forEach((metric) => this.declare(metric, added));
    }
    for (const external of props.external ?? []) {
      external.exported.forEach((metric) => this.declare(metric, []));
    }
    for (const rule of props.recorded ?? []) {
      this.recorded.set(rule.metricName, [...this.recorded.get(rule.metricName) ?? [], rule]);
    }
  }

  /**
   * What a query asks for and nobody answers. Empty for a query that is closed.
   *
   * @param query the query
   */
  public gapsOf(query: MetricQuery): MetricGap[] {
    const { takenAway } = analysePromql(query.expr).needs;
    const uses = query.uses.map((use) => ({ ...use, labels: this.labelsOf(use.metricName), known: this.knows(use.metricName) }));
    return [
      ...uses.flatMap((use) => (use.known ? [] : [this.unknownMetric(query, use.metricName)])),
      ...uses.flatMap(({ metricName, labelNames, labels }) => labelNames
        .filter((label) => labels && !labels.has(label))
        .map((label) => unknownLabel(query, metricName, label, labels!))),
      ...[...takenAway]
        .filter((label) => uses.length > 0 && uses.every(({ labels }) => labels && !labels.has(label)))
        .map((label) => unknownTakenAway(query, label, uses.flatMap(({ labels }) => [...labels!]))),
    ];
  }

  /**
   * The labels that a metric has. Empty for a metric that nobody exports, and for one whose labels cannot be known.
   *
   * @param metricName name of the series, such as `http_requests_total` or `latency_seconds_bucket`
   */
  public labelNamesOf(metricName: string): string[] {
    return [...this.labelsOf(metricName) ?? []].sort();
  }

  private declare(metric: ExportedMetric, added: string[]): void {
    const labels = [...metric.labels ?? [], ...added];
    for (const [name, extra] of seriesOf(metric)) {
      this.series.set(name, new Set([...this.series.get(name) ?? [], ...labels, ...extra]));
    }
  }

  private knows(metricName: string): boolean {
    return this.series.has(metricName) || this.recorded.has(metricName);
  }

  private labelsOf(metricName: string): Labels {
    if (!this.resolved.has(metricName)) {
      // A rule that uses itself finds labels that are not known yet.
      this.resolved.set(metricName, undefined);
      const exported = this.series.get(metricName);
      const recorded = (this.recorded.get(metricName) ?? []).map((rule) => this.labelsOfRule(rule));
      const all: Labels[] = exported ? [exported, ...recorded] : recorded;
      this.resolved.set(metricName, all.length > 0 ? all.reduce(unionOf) : undefined);
    }
    return this.resolved.get(metricName);
  }

  private labelsOfRule(rule: RecordedMetric): Labels {
    const labels = resultLabels(analysePromql(rule.query.expr).expr, (metricName) => this.labelsOf(metricName));
    return labels && new Set([...labels, ...rule.addedLabels ?? []]);
  }

  private unknownMetric(query: MetricQuery, metricName: string): MetricGap {
    if (metricName.startsWith('{')) {
      return {
        ruleId: 'metric/unnamed-metric',
        message: `'${query.title}' selects ${metricName}, which names no metric, so that nobody can say whether it is exported`,
        remedy: 'name the metric, one query for each',
      };
    }
    const parts = ['bucket', 'sum', 'count'].map((part) => `${metricName}_${part}`).filter((name) => this.knows(name));
    return {
      ruleId: 'metric/unknown-metric',
      message: `'${query.title}' asks for the metric '${metricName}', which nobody exports`,
      remedy: parts.length > 0
        ? `ask for ${parts.join(', ')}`
        : 'declare it among the metrics of the server that exports it, or with ExternalMetrics.declare() if it is scraped elsewhere',
    };
  }
}

function unknownLabel(query: MetricQuery, metricName: string, label: string, labels: Set<string>): MetricGap {
  return {
    ruleId: 'metric/unknown-label',
    message: `'${query.title}' needs the label '${label}' of '${metricName}', which no exporter sets and no monitor copies`,
    remedy: `let the monitor copy it from the pods, declare it among the labels of the metric, or use one of ${list(labels)}`,
  };
}

function unknownTakenAway(query: MetricQuery, label: string, labels: string[]): MetricGap {
  return {
    ruleId: 'metric/unknown-label-taken-away',
    message: `'${query.title}' takes away the label '${label}', which none of its metrics has`,
    remedy: `leave it out, or use one of ${list(labels)}`,
  };
}

function list(labels: Iterable<string>): string {
  return [...new Set(labels)].sort().map((label) => `'${label}'`).join(', ');
}

/** The series of a metric, each with the label that belongs to its kind. */
function seriesOf(metric: ExportedMetric): [string, string[]][] {
  const { name, type } = metric;
  const sums: [string, string[]][] = [[`${name}_sum`, []], [`${name}_count`, []]];
  switch (type) {
    case MetricType.HISTOGRAM: return [[`${name}_bucket`, ['le']], ...sums];
    case MetricType.SUMMARY: return [[name, ['quantile']], ...sums];
    default: return [[name, []]];
  }
}
