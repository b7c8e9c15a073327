import { Duration } from 'cdk8s';
import { MetricQuery, MetricUnit } from '../../core/metric-query';
import { AlertRule, AlertSeverity } from '../../monitoring/alert-rule';
import { Panel, PanelKind, PanelLevel } from '../../monitoring/panel';
import { IMonitoringSegment, RecordingRule } from '../../monitoring/segment';

export interface BatchSegmentProps {
  readonly cronJobName: string;
  /** Empty for the namespace that the manifests are applied to. */
  readonly namespace: string;
  readonly staleAfter: Duration;
  readonly deadline: Duration;
}

/** Whether a batch runs, ends well and leaves fresh predictions. */
export class BatchSegment implements IMonitoringSegment {
  public readonly segmentName: string;

  public constructor(private readonly props: BatchSegmentProps) {
    this.segmentName = `Batch ${props.cronJobName}`;
  }

  public panels(): Panel[] {
    const stale = this.props.staleAfter.toSeconds();
    return [{
      title: 'Age of the predictions',
      kind: PanelKind.STAT,
      queries: [this.age],
      thresholds: [{ level: PanelLevel.GOOD }, { from: stale / 2, level: PanelLevel.WARNING }, { from: stale, level: PanelLevel.BAD }],
    }];
  }

  public alerts(): AlertRule[] {
    const { staleAfter, cronJobName } = this.props;
    const jobs = `kube_job_owner{${this.inNamespace}owner_kind="CronJob",owner_name="${cronJobName}"}`;
    return [
      {
        alertName: 'BatchPredictionsStale',
        severity: AlertSeverity.TICKET,
        query: this.age,
        condition: `> ${staleAfter.toSeconds()}`,
        holdsFor: Duration.minutes(5),
        summary: 'no run of the batch has succeeded for too long: whoever reads its predictions reads old ones',
      },
      {
        alertName: 'BatchRunFailed',
        severity: AlertSeverity.TICKET,
        query: MetricQuery.promql({
          title: 'runs that failed', expr: `count((kube_job_failed{${this.inNamespace}condition="true"} == 1) * on (namespace, job_name) group_left () (${jobs} * 0 + 1))`,
        }),
        condition: '> 0',
        holdsFor: Duration.minutes(1),
        summary: 'a run of the batch failed, every attempt of it: its logs say why',
      },
      {
        alertName: 'BatchSuspended',
        severity: AlertSeverity.TICKET,
        query: MetricQuery.promql({ title: 'suspended', expr: `max(kube_cronjob_spec_suspend{${this.cronJob}})` }),
        condition: '== 1',
        holdsFor: Duration.hours(1),
        summary: 'somebody suspended the batch and did not resume it',
      },
    ];
  }

  public recordingRules(): RecordingRule[] {
    return [];
  }

  /** A batch that never succeeded is as old as itself. */
  private get age(): MetricQuery {
    const since = (metric: string) => `max(${metric}{${this.cronJob}})`;
    return MetricQuery.promql({
      title: 'age of the last success',
      expr: `time() - (${since('kube_cronjob_status_last_successful_time')} or ${since('kube_cronjob_created')})`,
      unit: MetricUnit.SECONDS,
    });
  }

  private get cronJob(): string {
    return `${this.inNamespace}cronjob="${this.props.cronJobName}"`;
  }

  private get inNamespace(): string {
    return this.props.namespace === '' ? '' : `namespace="${this.props.namespace}",`;
  }
}
