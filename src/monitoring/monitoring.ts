import { Duration, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { AlertRouting } from './alert-routing';
import { toAlertmanagerSpec } from './alertmanager-spec';
import { AvailabilitySegment } from './availability-segment';
import { findUnanswered } from './closure';
import { Dashboard, DashboardOptions } from './dashboard';
import { modelLabels } from './model-labels';
import { findMonitoring } from './monitoring-findings';
import { ScrapeSettings, toPodMonitorSpec } from './pod-monitor-spec';
import { PredictionSegment } from './prediction-segment';
import { toRuleGroups } from './prometheus-rules';
import { RequestSegment } from './request-segment';
import { RequestSource } from './request-source';
import { RolloutSegment } from './rollout-segment';
import { SaturationSegment } from './saturation-segment';
import { IMonitoringSegment } from './segment';
import { checkSegments } from './segment-check';
import { SloSegment } from './slo-segment';
import { rememberWatcher } from './watched-models';
import { ExternalMetrics } from '../core/external-metrics';
import { Finding, Findings } from '../core/findings';
import { Owner } from '../core/owner';
import { checkOwner } from '../core/owner-rules';
import { PlatformProfile } from '../core/platform-profile';
import { Slo } from '../core/slo';
import { applyAudit } from '../private/audit';
import { InputProblems } from '../private/input-error';
import { AlertmanagerConfig, PodMonitor, PrometheusRule } from '../private/l1/monitoring-coreos-com';
import { promDuration } from '../private/prom-duration';
import { rememberWatched } from '../private/watched';
import { IModelServing } from '../serving/serving';

/** Properties of `Monitoring`. */
export interface MonitoringProps {
  /** The model that is watched. */
  readonly serving: IModelServing;
  /** What it promises. */
  readonly slo: Slo;
  /** What the cluster has. */
  readonly platform: PlatformProfile;
  /**
   * Who answers its alerts.
   *
   * @default - the owner of the model
   */
  readonly owner?: Owner;
  /**
   * Who counts the requests, where it is not the pods: not every model server counts failures or times every request.
   *
   * @default - the pods of the model
   */
  readonly requests?: RequestSource;
  /**
   * What is watched. Add to it with `add()`.
   *
   * @default - `RequestSegment`, `SloSegment`, `AvailabilitySegment`, `SaturationSegment`, and `PredictionSegment` where predictions are exported
   */
  readonly segments?: IMonitoringSegment[];
  /**
   * What queries may ask for and is scraped elsewhere, such as the numbers of a business system. A query for anything else that neither the
   * model nor the cluster exports is a finding.
   *
   * @default - the metrics of the cluster (`ExternalMetrics.kubernetes()`), which are there in any case
   */
  readonly externalMetrics?: ExternalMetrics[];
  /**
   * Where alerts go. They reach Alertmanager in any case; this adds an AlertmanagerConfig with a route for the owner and the model.
   *
   * @default - Alertmanager's own routes decide, by the labels `owner`, `model` and `severity`
   */
  readonly routing?: AlertRouting[];
  /**
   * What the dashboard looks like.
   *
   * @default - a ConfigMap for the sidecar of kube-prometheus-stack
   */
  readonly dashboard?: DashboardOptions;
  /**
   * How often pods are scraped. At most a minute, as the shortest window of the alerts is five.
   *
   * @default Duration.seconds(30)
   */
  readonly scrapeInterval?: Duration;
  /**
   * How long a scrape may take.
   *
   * @default - ten seconds, or the interval where that is shorter
   */
  readonly scrapeTimeout?: Duration;
  /**
   * Samples of one pod above which a scrape is refused as a whole, so that a label with too many values cannot take Prometheus down.
   *
   * @default 50000
   */
  readonly sampleLimit?: number;
}

/**
 * Watches a model: scrapes its pods, records and judges its numbers, tells its owner, and shows it on a wall.
 *
 * Collects segments and makes a PodMonitor, a PrometheusRule and a dashboard of them. Every alert carries model, owner, severity and runbook.
 *
 * @see https://prometheus-operator.dev/docs/api-reference/api/
 */
export class Monitoring extends Construct {
  /** What is shown. Nothing where the platform has no metrics. */
  public readonly dashboard?: Dashboard;
  /** Who answers. */
  public readonly owner: Owner;
  private readonly props: MonitoringProps;
  private readonly external: ExternalMetrics[];
  private readonly watched: IMonitoringSegment[];

  public constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const settings = scrapeSettings(props);
    const problems = new InputProblems();
    const segments: IMonitoringSegment[] = [];
    problems.attempt(() => segments.push(...props.segments ?? standardSegments(props)));
    checkScrape(props.serving, settings, problems);
    checkOwner(props.owner ?? props.serving.owner, problems);
    problems.throwAt(scope, id);

    this.props = props;
    this.external = [...props.externalMetrics ?? [], ...props.requests ? [ExternalMetrics.declare(props.requests.metrics.exported)] : []];
    this.owner = props.owner ?? props.serving.owner;
    this.watched = segments;
    if (props.platform.metrics.isAvailable) {
      this.dashboard = new Dashboard(this, 'Dashboard', { ...props.dashboard, serving: props.serving, owner: this.owner, segments, scrapeInterval: settings.interval });
      this.declareOperatorObjects(settings);
      rememberWatcher(this, props.serving, props.platform);
      rememberWatched(this, props.serving);
    }
    const { servedRelease } = props.serving;
    if (servedRelease) {
      applyAudit(this, { release: servedRelease, owner: props.serving.owner, platform: props.platform, component: 'monitoring' });
    }
    this.node.addValidation({ validate: () => checkSegments(this.segments) });
    Findings.of(this).addSource({ findings: () => this.findings() });
  }

  /** What is watched, in the order of the rows of the dashboard. */
  public get segments(): IMonitoringSegment[] {
    return [...this.watched];
  }

  /**
   * Watch something else, too.
   *
   * @param segment panels, alerts and recording rules
   */
  public add(segment: IMonitoringSegment): void {
    this.watched.push(segment);
    this.dashboard?.add(segment);
  }

  /**
   * Say that metrics are exported and scraped elsewhere, so that queries may ask for them.
   *
   * @param metrics what is scraped elsewhere
   */
  public declareExternal(metrics: ExternalMetrics): void {
    this.external.push(metrics);
  }

  private findings(): Finding[] {
    const { serving, platform, routing } = this.props;
    const requests = this.props.requests?.metrics ?? serving.metrics;
    return [
      ...findMonitoring({ watcher: this, serving, platform, requests, segments: this.segments, routing }),
      ...findUnanswered({ serving, segments: this.segments, external: this.external, others: this.dashboard?.queries ?? [] }),
    ].map((finding) => ({ ...finding, path: this.node.path }));
  }

  private declareOperatorObjects(settings: ScrapeSettings): void {
    const { serving, platform, routing } = this.props;
    const metadata = { namespace: serving.servingNamespace || undefined, labels: { ...modelLabels(serving), ...platform.metrics.selectorLabels } };
    const context = { model: serving.modelName, namespace: serving.servingNamespace, owner: this.owner, isShadow: serving.isShadow };
    new PodMonitor(this, 'PodMonitor', { metadata, spec: toPodMonitorSpec(serving, settings) });
    new PrometheusRule(this, 'PrometheusRule', {
      metadata,
      spec: { groups: Lazy.any({ produce: () => toRuleGroups(this.segments, context) }) },
    });
    if (routing) {
      new AlertmanagerConfig(this, 'AlertmanagerConfig', {
        metadata,
        spec: toAlertmanagerSpec(new Construct(this, 'Routing'), routing, serving.modelName),
      });
    }
  }
}

function scrapeSettings(props: MonitoringProps): ScrapeSettings {
  const interval = props.scrapeInterval ?? Duration.seconds(30);
  return {
    interval,
    timeout: props.scrapeTimeout ?? (interval.toMilliseconds() < 10_000 ? interval : Duration.seconds(10)),
    sampleLimit: props.sampleLimit ?? 50_000,
  };
}

function standardSegments({ serving, slo, requests }: MonitoringProps): IMonitoringSegment[] {
  return [
    new RequestSegment({ serving, slo, requests }),
    new SloSegment({ serving, slo, requests }),
    new AvailabilitySegment({ serving, requests }),
    new SaturationSegment({ serving }),
    ...serving.metrics.predictions ? [new PredictionSegment({ serving, requests })] : [],
    ...serving.rollout ? [new RolloutSegment({ rollout: serving.rollout, serving })] : [],
  ];
}

/** A rate needs four samples in its window, and the shortest window is five minutes. */
function checkScrape(serving: IModelServing, { interval, timeout, sampleLimit }: ScrapeSettings, problems: InputProblems): void {
  if (interval.toSeconds() > 60 || interval.toSeconds() < 1) {
    problems.add('monitoring/scrape-interval',
      `'scrapeInterval' must lie between one second and one minute, got ${promDuration(interval)}; the alerts judge windows of five minutes`);
  }
  if (timeout.toMilliseconds() > interval.toMilliseconds()) {
    problems.add('monitoring/scrape-timeout',
      `'scrapeTimeout' must not be longer than the interval of ${promDuration(interval)}, got ${promDuration(timeout)}`);
  }
  if (!Number.isInteger(sampleLimit) || sampleLimit < 1) {
    problems.add('monitoring/sample-limit', `'sampleLimit' must be a whole number of at least 1, got ${sampleLimit}`);
  }
  if (Object.keys(serving.podLabels).length === 0) {
    problems.add('monitoring/no-pod-labels', `'podLabels' of '${serving.modelName}' must select its pods, got none; without labels every pod of the namespace is scraped`);
  }
  if (serving.scrapeEndpoints.length === 0) {
    problems.add('monitoring/no-scrape-endpoint', `'scrapeEndpoints' of '${serving.modelName}' must name at least one port, got none`);
  }
}
