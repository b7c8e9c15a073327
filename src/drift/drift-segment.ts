import { IDriftDetector } from './detector';
import { ExternalMetrics } from '../core/external-metrics';
import { MetricQuery } from '../core/metric-query';
import { AlertRule, AlertSeverity } from '../monitoring/alert-rule';
import { Panel, PanelKind, PanelLevel } from '../monitoring/panel';
import { IMonitoringSegment, RecordingRule } from '../monitoring/segment';

/** Properties of `DriftSegment`. */
export interface DriftSegmentProps {
  /** Whose numbers are shown. */
  readonly detector: IDriftDetector;
}

/** How far the world has moved away from what the model was trained on. It tells the owner, and also when nobody has looked. */
export class DriftSegment implements IMonitoringSegment {
  public readonly segmentName = 'Drift';
  private readonly detector: IDriftDetector;

  public constructor(props: DriftSegmentProps) {
    this.detector = props.detector;
  }

  /** What the Pushgateway is scraped for. */
  public get externalMetrics(): ExternalMetrics[] | undefined {
    return [ExternalMetrics.declare(this.detector.metrics.exported)];
  }

  public panels(): Panel[] {
    const { metrics, driftShare, judgesAnswers } = this.detector;
    const byFeature = { kind: PanelKind.TIME_SERIES, legendLabel: 'feature' };
    return [
      { title: 'Model has drifted', kind: PanelKind.STAT, queries: [metrics.detected], thresholds: [{ level: PanelLevel.GOOD }, { from: 1, level: PanelLevel.BAD }] },
      { title: 'Share of drifted features', kind: PanelKind.TIME_SERIES, queries: [metrics.share], thresholds: [{ level: PanelLevel.GOOD }, { from: driftShare, level: PanelLevel.BAD }] },
      { title: 'Drift by feature', queries: [metrics.scores], ...byFeature, description: 'A distance drifts above its threshold, a p-value below' },
      ...judgesAnswers ? [{ title: 'Drift of the answers', kind: PanelKind.TIME_SERIES, queries: [metrics.answerScores], legendLabel: 'method' }] : [],
      { title: 'Missing values in the log', queries: [metrics.missing], ...byFeature },
      { title: 'Requests judged', kind: PanelKind.TIME_SERIES, queries: [metrics.samples] },
      {
        title: 'Time since the last check',
        kind: PanelKind.STAT,
        queries: [metrics.age],
        thresholds: [{ level: PanelLevel.GOOD }, { from: this.detector.staleAfter.toSeconds(), level: PanelLevel.BAD }],
      },
    ];
  }

  public alerts(): AlertRule[] {
    const { metrics } = this.detector;
    const ticket = { severity: AlertSeverity.TICKET, owner: this.detector.owner };
    return [
      {
        ...ticket,
        alertName: 'ModelDrifted',
        query: metrics.detected,
        condition: '> 0',
        summary: `what it is asked differs from what it was trained on${seeAlso(this.detector.reportUri)}`,
      },
      ...this.detector.judgesAnswers ? [{
        ...ticket,
        alertName: 'AnswersDrifted',
        query: metrics.answersDetected,
        condition: '> 0',
        summary: `its answers differ from those of the training${seeAlso(this.detector.answersReportUri)}`,
      }] : [],
      ...this.unlooked({ stale: 'DriftCheckStale', never: 'DriftNeverChecked' }, metrics.age, metrics.never, 'it has drifted'),
      ...this.detector.judgesAnswers
        ? this.unlooked({ stale: 'AnswersCheckStale', never: 'AnswersNeverChecked' }, metrics.answersAge, metrics.answersNever, 'its answers have drifted')
        : [],
    ];
  }

  public recordingRules(): RecordingRule[] {
    return [];
  }

  /** A check that fails leaves what the last good one measured, so that it looks as if all were well. */
  private unlooked(names: { stale: string; never: string }, age: MetricQuery, never: MetricQuery, what: string): AlertRule[] {
    const { owner, staleAfter } = this.detector;
    const ticket = { severity: AlertSeverity.TICKET, owner };
    return [
      {
        ...ticket,
        alertName: names.stale,
        query: age,
        condition: `> ${staleAfter.toSeconds()}`,
        summary: `nobody knows whether ${what}: the last check that ended well is too old`,
      },
      {
        ...ticket,
        alertName: names.never,
        query: never,
        holdsFor: staleAfter,
        summary: `nobody knows whether ${what}: no check has ended well`,
      },
    ];
  }
}

function seeAlso(reportUri: string | undefined): string {
  return reportUri === undefined ? '' : `; report: ${reportUri}`;
}
