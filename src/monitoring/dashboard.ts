import { ApiObject, Duration, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { Finding, Findings, FindingSeverity } from '../core/findings';
import { MetricQuery } from '../core/metric-query';
import { Owner } from '../core/owner';
import { describe } from '../private/input-error';
import { GrafanaDashboard } from '../private/l1/grafana-integreatly-org';
import { oncePerPass } from '../private/manifests';
import { promDuration } from '../private/prom-duration';
import { IModelServing } from '../serving/serving';
import { toDashboardJson, VersionMarker } from './grafana/dashboard-json';
import { modelLabels } from './model-labels';
import { ModelSeries } from './model-series';
import { IMonitoringSegment } from './segment';

/** Options of a dashboard, wherever it is used. */
export interface DashboardOptions {
  /**
   * Title.
   *
   * @default - name of the model, and its namespace where it is known
   */
  readonly title?: string;
  /**
   * Identifier of the data source in Grafana that is shown first. The reader may pick another.
   *
   * @default prometheus
   */
  readonly datasourceUid?: string;
  /**
   * Labels by which Grafana's sidecar finds the ConfigMap.
   *
   * @default - `grafana_dashboard: "1"`, which is what kube-prometheus-stack looks for
   * @see https://github.com/grafana-community/helm-charts/tree/main/charts/grafana#sidecar-for-dashboards
   */
  readonly sidecarLabels?: { [key: string]: string };
  /**
   * Folder in Grafana. The sidecar reads it from the annotation `grafana_folder` when it is told to.
   *
   * @default - the folder that Grafana puts dashboards into
   */
  readonly folder?: string;
  /**
   * Labels of the Grafana instances that the Grafana operator gives the dashboard to, by a `GrafanaDashboard` beside the ConfigMap.
   *
   * @default - no `GrafanaDashboard`
   * @see https://grafana.github.io/grafana-operator/docs/dashboards/
   */
  readonly grafanaInstanceLabels?: { [key: string]: string };
}

/** Properties of `Dashboard`. */
export interface DashboardProps extends DashboardOptions {
  /** The model that it is about. New versions of it are marked. */
  readonly serving: IModelServing;
  /**
   * What it shows, one row each.
   *
   * @default - nothing until something is added
   */
  readonly segments?: IMonitoringSegment[];
  /**
   * Whose runbook it links to.
   *
   * @default - the owner of the model
   */
  readonly owner?: Owner;
  /**
   * How often the metrics are scraped: the least resolution of its rates, whatever Grafana takes its data source for.
   *
   * @default Duration.seconds(30)
   */
  readonly scrapeInterval?: Duration;
}

/** What the API server takes as the content of one ConfigMap, in bytes. */
const CONFIG_MAP_LIMIT = 1_048_576;

/** What `kubectl apply` can note down of the object that it applied, in bytes: the limit of all annotations together. */
const LAST_APPLIED_LIMIT = 262_144;

/**
 * A Grafana dashboard for a wall: the numbers that matter in large on top, below them one row for each segment, and a line through all
 * panels where a new version of the model appears.
 *
 * Stands in a ConfigMap, which Grafana's sidecar reads.
 */
export class Dashboard extends Construct {
  /** Identifier in Grafana, part of its address. It follows from the title and the place in the tree, so that links survive a new synthesis. */
  public readonly uid: string;
  private readonly props: DashboardProps;
  private readonly shown: IMonitoringSegment[];
  private readonly sizeKey = {};

  public constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    this.props = props;
    this.shown = [...props.segments ?? []];
    this.uid = `${props.serving.modelName.slice(0, 31).replace(/-+$/, '')}-${this.node.addr.slice(-8)}`;
    const namespace = props.serving.servingNamespace || undefined;
    const configMap = new ApiObject(this, 'Resource', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        namespace,
        labels: { ...modelLabels(props.serving), ...props.sidecarLabels ?? { grafana_dashboard: '1' } },
        annotations: props.folder === undefined ? undefined : { grafana_folder: props.folder },
      },
      data: { [this.key]: Lazy.any({ produce: () => this.json }) },
    });
    if (props.grafanaInstanceLabels) {
      new GrafanaDashboard(this, 'GrafanaDashboard', {
        metadata: { namespace, labels: modelLabels(props.serving) },
        spec: {
          instanceSelector: { matchLabels: props.grafanaInstanceLabels },
          allowCrossNamespaceImport: true,
          configMapRef: { name: configMap.name, key: this.key },
          folder: props.folder,
        },
      });
    }
    this.node.addValidation({ validate: () => this.validate() });
    Findings.of(this).addSource({ findings: () => this.findings() });
  }

  /** What it shows, in the order of the rows. */
  public get segments(): IMonitoringSegment[] {
    return [...this.shown];
  }

  /** The dashboard as Grafana reads it. */
  public get json(): string {
    const { title, serving, datasourceUid, owner } = this.props;
    return JSON.stringify(toDashboardJson({
      uid: this.uid,
      title: title ?? titleOf(serving),
      tags: ['mlops', serving.modelName],
      datasourceUid: datasourceUid ?? 'prometheus',
      segments: this.shown,
      owner: owner ?? serving.owner,
      marker: this.versionMarker(),
      step: promDuration(this.props.scrapeInterval ?? Duration.seconds(30)),
    }), undefined, 1);
  }

  /**
   * Show another segment, in a row below those that are there.
   *
   * @param segment what to show
   */
  public add(segment: IMonitoringSegment): void {
    this.shown.push(segment);
  }

  /** Queries that it asks beside those of its segments. */
  public get queries(): MetricQuery[] {
    return [this.versionMarker().query];
  }

  /** The sidecar writes every key into one folder, so keys are unique in the cluster. */
  private get key(): string {
    return `${this.uid}.json`;
  }

  private versionMarker(): VersionMarker {
    const series = ModelSeries.of(this.props.serving);
    const running = `group by (${series.versionLabel}) (up{${series.matchers}})`;
    const before = `group by (${series.versionLabel}) (last_over_time(up{${series.matchers}}[15m] offset 5m))`;
    return {
      label: series.versionLabel,
      query: MetricQuery.promql({ title: 'first pods of a version', expr: `${running} unless on (${series.versionLabel}) ${before}` }),
    };
  }

  private get size(): number {
    return oncePerPass(this.sizeKey, () => Buffer.byteLength(this.json));
  }

  private findings(): Finding[] {
    const { size } = this;
    return size <= LAST_APPLIED_LIMIT ? [] : [{
      ruleId: 'monitoring/dashboard-needs-server-side-apply',
      severity: FindingSeverity.WARNING,
      message: `the dashboard has ${mebibytes(size)}, more than the annotation of 'kubectl apply' holds`,
      remedy: 'apply it with --server-side, or show some of its segments on a Dashboard of their own',
      path: this.node.path,
    }];
  }

  private validate(): string[] {
    const { size } = this;
    const empty = this.shown.flatMap((segment) =>
      segment.panels().filter((panel) => panel.queries.length === 0).map((panel) => describe('monitoring/panel-without-query',
        `panel '${panel.title}' of segment '${segment.segmentName}' has no query; give it one, or leave the panel out`)));
    return size <= CONFIG_MAP_LIMIT ? empty : [...empty, describe('monitoring/dashboard-too-large',
      `the dashboard has ${mebibytes(size)}, and a ConfigMap takes 1 MiB; show some of its segments on a Dashboard of their own`)];
  }
}

function titleOf({ modelName, servingNamespace }: IModelServing): string {
  return servingNamespace === '' ? modelName : `${modelName} (${servingNamespace})`;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MiB`;
}
