import { Duration } from 'cdk8s';
import { AlertRule, AlertSeverity } from './alert-rule';
import { ModelSeries } from './model-series';
import { Panel, PanelKind, PanelLevel } from './panel';
import { promql } from './request-recordings';
import { IMonitoringSegment, RecordingRule } from './segment';
import { ExportedMetric, MetricType } from '../core/exported-metric';
import { ExternalMetrics } from '../core/external-metrics';
import { MetricQuery, MetricUnit } from '../core/metric-query';
import { TARGET_LABEL_KEYS } from '../private/series-labels';
import { IRollout } from '../rollout/rollout';
import { IModelServing } from '../serving/serving';

/** Properties of `RolloutSegment`. */
export interface RolloutSegmentProps {
  /** What rolls out. */
  readonly rollout: IRollout;
  /**
   * The model, whose requests are shown version by version.
   *
   * @default - requests are not shown
   */
  readonly serving?: IModelServing;
  /**
   * Whether the monitor that scrapes the controller keeps the label `namespace` of its metrics (`honorLabels`). Prometheus renames it to
   * `exported_namespace` otherwise.
   *
   * @default false
   */
  readonly honorLabels?: boolean;
}

/** Phases of `rollout_info`: it has one series, for the phase that holds. */
const PHASE = { done: 'Completed', moving: 'Progressing', waits: 'Paused', aborted: 'Abort', failed: 'Error|InvalidSpec|Timeout' };

const PODS = ['desired', 'updated', 'available'];

const ANALYSIS = 'analysis_run_metric_phase';

const VERSION_LABEL = TARGET_LABEL_KEYS[1].replace(/-/g, '_');

/**
 * How a rollout goes: its phase, the share of the requests that each version gets, its pods, what its guardrails say, and who has to be told when it
 * went back, waits for a person or is stuck. The numbers come from the controller of Argo Rollouts, which has to be scraped.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/controller-metrics/
 */
export class RolloutSegment implements IMonitoringSegment {
  public readonly segmentName = 'Rollout';
  /** What the controller exports, as Prometheus has it. */
  public readonly externalMetrics?: ExternalMetrics[];
  private readonly props: RolloutSegmentProps;
  private readonly place: string;

  /**
   * @param props what rolls out
   */
  public constructor(props: RolloutSegmentProps) {
    this.props = props;
    const { rolloutNamespace } = props.rollout;
    const namespaceLabel = props.honorLabels ? 'namespace' : 'exported_namespace';
    this.place = rolloutNamespace === '' ? '' : `${namespaceLabel}="${rolloutNamespace}",`;
    const metric = (name: string, ...labels: string[]): ExportedMetric => ({ name, type: MetricType.GAUGE, labels: ['name', namespaceLabel, ...labels] });
    this.externalMetrics = [ExternalMetrics.declare([
      metric('rollout_info', 'strategy', 'traffic_router', 'phase'),
      ...PODS.map((state) => metric(`rollout_info_replicas_${state}`)),
      metric(ANALYSIS, 'metric', 'type', 'dry_run', 'phase'),
    ])];
  }

  public panels(): Panel[] {
    const { serving } = this.props;
    return [
      {
        title: 'Rollout',
        description: '0: the version serves all requests; 1: a new one is on its way; 2: it waits for a person; 3: it went back, or failed',
        kind: PanelKind.STAT,
        queries: [promql('rollout', [
          `0 * ${this.phase(PHASE.done)}`, this.phase(PHASE.moving), `2 * ${this.phase(PHASE.waits)}`, `3 * ${this.phase(`${PHASE.aborted}|${PHASE.failed}`)}`,
        ].join(' or '))],
        thresholds: [{ level: PanelLevel.GOOD }, { from: 2, level: PanelLevel.WARNING }, { from: 3, level: PanelLevel.BAD }],
      },
      ...serving ? [this.requestsByVersion(serving)] : [],
      {
        title: 'Pods of the rollout',
        kind: PanelKind.TIME_SERIES,
        queries: PODS.map((state) => promql(state, `max(rollout_info_replicas_${state}{${this.matchers}})`)),
      },
      {
        title: 'Guardrails that did not hold',
        description: 'In the analyses that the controller keeps: breached, without data, or not to be asked',
        kind: PanelKind.TIME_SERIES,
        queries: ['Failed', 'Inconclusive', 'Error']
          .map((phase) => promql(phase, `sum(${ANALYSIS}{${this.runs},dry_run="false",phase="${phase}"}) or vector(0)`)),
      },
      {
        title: 'Guardrails that are only measured and did not hold',
        kind: PanelKind.TIME_SERIES,
        queries: [promql('guardrails', `sum by (metric) (${ANALYSIS}{${this.runs},dry_run="true",phase="Failed"}) or vector(0)`)],
        legendLabel: 'metric',
      },
    ];
  }

  public alerts(): AlertRule[] {
    return [
      {
        alertName: 'RolloutAborted',
        severity: AlertSeverity.TICKET,
        query: this.is('the rollout was given up', PHASE.aborted),
        condition: '> 0',
        holdsFor: Duration.minutes(1),
        summary: 'the rollout was given up, and the last version that took over serves all requests: a guardrail of the new one did not hold or could not be '
          + 'asked, its pods did not get ready in time, or pods were lost afterwards (then retry the rollout)',
      },
      {
        alertName: 'RolloutWaitsForPerson',
        severity: AlertSeverity.TICKET,
        query: this.is('the rollout waits', PHASE.waits),
        condition: '> 0',
        holdsFor: Duration.minutes(5),
        summary: 'the rollout is paused until somebody promotes or aborts it: a guardrail has no data, or a person paused it',
      },
      {
        alertName: 'RolloutFailed',
        severity: AlertSeverity.TICKET,
        query: this.is('the rollout failed', PHASE.failed),
        condition: '> 0',
        holdsFor: Duration.minutes(5),
        summary: 'pods of the new version cannot be made, or the controller refuses the rollout',
      },
      {
        alertName: 'RolloutStuck',
        severity: AlertSeverity.TICKET,
        query: this.is('the rollout is on its way', PHASE.moving),
        condition: '> 0',
        holdsFor: this.longest,
        summary: 'the rollout is on its way for far longer than its stages take',
      },
      {
        alertName: 'RolloutMetricsAbsent',
        severity: AlertSeverity.TICKET,
        query: promql('nothing is known of the rollout', `absent(rollout_info{${this.matchers}})`),
        holdsFor: Duration.minutes(15),
        summary: 'the controller of Argo Rollouts is down or not scraped: nobody would be told of a rollout that went back or is stuck',
      },
    ];
  }

  public recordingRules(): RecordingRule[] {
    return [];
  }

  private get matchers(): string {
    return `${this.place}name="${this.props.rollout.rolloutName}"`;
  }

  /** Analyses are called after the rollout, the hash of the version and its revision. */
  private get runs(): string {
    return `${this.place}name=~"${this.props.rollout.rolloutName}-[a-z0-9]+-[0-9]+(-.+)?"`;
  }

  /** Half as long again as the stages, and the time that pods may take to start. */
  private get longest(): Duration {
    const seconds = this.props.rollout.stages.reduce((sum, { duration }) => sum + duration.toSeconds(), 0);
    return Duration.seconds(Math.ceil(1.5 * seconds) + 1800);
  }

  private phase(phases: string): string {
    return `sum(rollout_info{${this.matchers},phase=~"${phases}"})`;
  }

  private is(title: string, phases: string): MetricQuery {
    return promql(title, this.phase(phases));
  }

  private requestsByVersion(serving: IModelServing): Panel {
    const scope = ModelSeries.of(serving).onDashboard;
    const [each, all] = [serving.metrics.throughput({ ...scope, groupBy: [VERSION_LABEL] }), serving.metrics.throughput(scope)];
    const stages = this.props.rollout.stages.map(({ weight }) => `${weight} %`).join(', ');
    return {
      title: 'Requests by version',
      description: stages === '' ? undefined : `Stages of the new version: ${stages}`,
      kind: PanelKind.TIME_SERIES,
      queries: [promql('share of the requests', `(${each.expr}) / on () group_left () ((${all.expr}) > 0)`, MetricUnit.RATIO)],
      legendLabel: VERSION_LABEL,
    };
  }
}
