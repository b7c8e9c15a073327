import { ApiObject, Chart, Duration, Names } from 'cdk8s';
import { ServiceAccount } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { drillPod } from './drill-pod';
import { drillAlerts, drillPanels, WatchedDrill } from './drill-watch';
import { RollbackDrillProps } from './rollback-drill-props';
import { Environment } from '../core/platform-profile';
import { PodNetwork } from '../core/pods/pod-network';
import { AlertRule } from '../monitoring/alert-rule';
import { Panel } from '../monitoring/panel';
import { IMonitoringSegment, RecordingRule } from '../monitoring/segment';
import { applyAudit, auditLabels, AuditRecord } from '../private/audit';
import { declareControllerFields } from '../private/controller-fields';
import { checkCron } from '../private/cron';
import { InputProblems } from '../private/input-error';
import { CronJob } from '../private/l1/batch';
import { ConfigMap } from '../private/l1/core-v1';
import { Role, RoleBinding } from '../private/l1/rbac-authorization-k8s-io';
import { checkStaleAge, staleAge, TimedRuns } from '../private/stale-age';
import { checkTimeZone } from '../private/time-zone';

const OBJECTIVE = Duration.minutes(15);

/**
 * A rollback that is practised by the clock, in staging: a version that fails on purpose has to be sent back by the guardrails, in time.
 *
 * The program takes its fault back whatever happens, writes down how it went, and ends badly when the rollback was too slow or did not come. It is
 * a segment of monitoring: `monitoring.add(drill)` tells the owner when a drill failed or the last good one is too old.
 */
export class RollbackDrill extends Construct implements IMonitoringSegment {
  public readonly segmentName = 'Rollback drill';
  /** Name of the CronJob. */
  public readonly cronJobName: string;
  /** Name of the ConfigMap that keeps how the last twenty drills ended, one line of JSON each. */
  public readonly recordName: string;
  private readonly props: RollbackDrillProps;

  /**
   * @throws if the platform is not staging, the first stage is judged too late for the objective, or a name or the schedule is malformed
   */
  public constructor(scope: Construct, id: string, props: RollbackDrillProps) {
    super(scope, id);
    this.props = props;
    requireSense(scope, id, props);

    const account = new ServiceAccount(this, 'ServiceAccount', { automountToken: false });
    const record = new ConfigMap(this, 'Record', { data: {} });
    declareControllerFields({ object: record, jsonPointers: ['/data'], jqPathExpressions: [], why: 'drills write down how they ended' });
    this.letFaultBe();
    this.recordName = record.name;
    this.grantTo(account.name);

    const labels = { 'cdk8s-mlops.io/drill': Names.toLabelValue(this, { maxLen: 63 }) };
    this.cronJobName = Names.toDnsLabel(this, { maxLen: 52 });
    const objective = (props.objective ?? OBJECTIVE).toSeconds();
    const { schedule, startWithin, deadline } = drillRunsOf(props);
    new CronJob(this, 'Resource', {
      metadata: { name: this.cronJobName },
      spec: {
        schedule,
        timeZone: props.timeZone ?? 'Etc/UTC',
        concurrencyPolicy: 'Forbid',
        startingDeadlineSeconds: startWithin.toSeconds(),
        successfulJobsHistoryLimit: 3,
        failedJobsHistoryLimit: 3,
        jobTemplate: {
          spec: {
            backoffLimit: 0,
            activeDeadlineSeconds: deadline.toSeconds(),
            template: {
              metadata: { labels: { ...labels, ...this.auditLabels() } },
              spec: drillPod({ ...props, objective, account: account.name, record: record.name }),
            },
          },
        },
      },
    });
    new PodNetwork(this, 'NetworkPolicy', { name: this.cronJobName, podLabels: labels, platform: props.platform })
      .allowApiServer('the rollout that is drilled, and the record');
    if (this.auditRecord) {applyAudit(this, this.auditRecord);}
  }

  public panels(): Panel[] {
    return drillPanels(this.watched);
  }

  public alerts(): AlertRule[] {
    return drillAlerts(this.watched);
  }

  public recordingRules(): RecordingRule[] {
    return [];
  }

  private get auditRecord(): AuditRecord | undefined {
    const { serving: { servedRelease: release, owner }, platform } = this.props;
    return release && { release, owner, platform, component: 'rollback-drill' };
  }

  private auditLabels(): { [key: string]: string } {
    return this.auditRecord ? auditLabels(this.auditRecord) : {};
  }

  private get watched(): WatchedDrill {
    return { cronJob: this.cronJobName, namespace: Chart.of(this).namespace, maxAge: this.props.maxAge ?? staleAge(drillRunsOf(this.props)) };
  }

  /** Rights on the one rollout, and on the one record. */
  private grantTo(account: string): void {
    const { rollout } = this.props;
    const role = new Role(this, 'Role', {
      rules: [
        { apiGroups: ['argoproj.io'], resources: ['rollouts'], resourceNames: [rollout.rolloutName], verbs: ['get', 'patch'] },
        { apiGroups: [''], resources: ['configmaps'], resourceNames: [this.recordName], verbs: ['get', 'patch'] },
      ],
    });
    new RoleBinding(this, 'RoleBinding', {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role.name },
      subjects: [{ kind: 'ServiceAccount', name: account, namespace: Chart.of(this).namespace }],
    });
  }

  /** A GitOps controller that put the variable back would end every drill before it is judged. */
  private letFaultBe(): void {
    const { rollout, fault } = this.props;
    const object = rollout.node.tryFindChild('Resource');
    if (!object || !ApiObject.isApiObject(object)) {return;}
    const container = `.spec.template.spec.containers[] | select(.name == "${fault.container ?? 'server'}")`;
    declareControllerFields({
      object,
      jsonPointers: ['/metadata/annotations/cdk8s-mlops.io~1drill'],
      jqPathExpressions: [`${container} | .env[] | select(.name == "${fault.variable}")`],
      why: 'a drill makes a version that fails, and takes it back',
    });
  }
}

function drillRunsOf({ schedule = '0 10 * * 2', objective = OBJECTIVE }: RollbackDrillProps): TimedRuns {
  // at rest before, judged, at rest after
  return { schedule, startWithin: Duration.hours(1), deadline: Duration.seconds(3 * objective.toSeconds() + 60) };
}

function requireSense(scope: Construct, id: string, props: RollbackDrillProps): void {
  const { platform, rollout, fault } = props;
  const problems = new InputProblems();
  if (platform.environment !== Environment.STAGING) {
    problems.add('rollout/drill-outside-staging',
      `a drill deploys a version that fails on purpose, so its platform must be staging, got '${platform.environment}'; leave it out elsewhere`);
  }
  const objective = (props.objective ?? OBJECTIVE).toSeconds();
  const seen = rollout.stages[0]?.firstMeasurement.toSeconds() ?? 0;
  if (seen >= objective) {
    problems.add('rollout/drill-before-judgement',
      `'objective' (${objective}s) must be above the time until the first stage is judged (${seen}s), or no drill passes; measure earlier, or raise it`);
  }
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(fault.variable)) {
    problems.add('rollout/malformed-fault', `'fault.variable' must be letters, digits and '_', not starting with a digit, got '${fault.variable}'`);
  }
  const { schedule } = drillRunsOf(props);
  if (checkCron('schedule', schedule, problems)) {checkStaleAge('maxAge', props.maxAge, schedule, problems);}
  checkTimeZone('timeZone', props.timeZone, problems);
  if (rollout.rolloutNamespace !== (Chart.of(scope).namespace ?? '')) {
    problems.add('rollout/drill-elsewhere',
      `the drill is in namespace '${Chart.of(scope).namespace ?? ''}', and the rollout in '${rollout.rolloutNamespace}'; a Role reaches its own namespace only, so declare the drill there`);
  }
  problems.throwAt(scope, id);
}
