import { createHash } from 'crypto';
import { Chart, Duration, Names } from 'cdk8s';
import { ServiceAccount } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { AnalysisSettings, initialDelayOf, settingsOf } from './analysis-settings';
import { JudgedStage, judgedStages } from './canary-analysis';
import { GuardrailSubject, IGuardrail } from './guardrail';
import { reportUnanswered } from './guardrail-closure';
import { subjectOf } from './guardrail-subject';
import { Guardrail } from './guardrails';
import { AfterPatience, NoData } from './no-data';
import { RollbackTerm } from './rollback-term';
import { rolloutFact } from './rollout-fact';
import { CONTAINER, stagedPod } from './staged-pod';
import { findStagedProblems, longestRun } from './staged-problems';
import { StagedTarget } from './staged-serving';
import { stagedSettings } from './staged-settings';
import { StagedTrafficProps } from './staged-traffic-props';
import { stagedAlerts, stagedPanels, WatchedStages } from './staged-watch';
import { Findings, FindingSeverity } from '../core/findings';
import { NetworkPeer } from '../core/network-peer';
import { labelsOf, PartOf, selectorOf } from '../core/pods/labels';
import { PodNetwork } from '../core/pods/pod-network';
import { AlertRule } from '../monitoring/alert-rule';
import { Panel } from '../monitoring/panel';
import { IMonitoringSegment, RecordingRule } from '../monitoring/segment';
import { applyAudit } from '../private/audit';
import { factsOf } from '../private/facts';
import { InputProblems } from '../private/input-error';
import { Job } from '../private/l1/batch';
import { ConfigMap } from '../private/l1/core-v1';
import { Role, RoleBinding } from '../private/l1/rbac-authorization-k8s-io';
import { isWatched } from '../private/watched';

/** Nobody waits for a person here. */
const NO_DATA = NoData.pause({ upTo: Duration.minutes(10), then: AfterPatience.ABORT });

/** Exit codes with which another try of the same would end alike: a verdict, wrong input, somebody else's change, broken integrity. */
const FINAL = [1, 2, 3, 4];

/**
 * Lets a version take over stage by stage where no controller does it: behind KServe and Knative. A Job moves the share of the new version in the one
 * object that has it, asks the guardrails at every stage, and takes everything back at a breach, at missing data, and when it is stopped.
 *
 * What it did stands in an annotation of that object, so that a run that was killed is continued by the next. Each version has a Job of its own: the
 * same manifest applied twice stages nothing twice, and what was sent back stays away. It is a segment of monitoring: `monitoring.add(staged)`
 * tells the owner when a version did not arrive.
 */
export class StagedTraffic extends Construct implements IMonitoringSegment {
  public readonly segmentName = 'Staged traffic';
  /** Name of the Job. It changes with what is staged, and with how. */
  public readonly jobName: string;
  /** Worst case of the time until the version before serves all requests again, term by term, while stages run. */
  public readonly worstCaseRollback: RollbackTerm[];
  private readonly props: StagedTrafficProps;

  /**
   * @throws if the serving has no shares to move, weights fall, Prometheus cannot say what a guardrail asks, or a stage is too short to be judged
   */
  public constructor(scope: Construct, id: string, props: StagedTrafficProps) {
    super(scope, id);
    this.props = props;
    const { serving, platform, runtime } = props;
    const { namespace } = Chart.of(this);
    const settings = settingsOf({ ...props.analysis, onEmpty: props.analysis?.onEmpty ?? NO_DATA });
    const subject = subjectOf({ metrics: serving.metrics, settings, namespace });
    const target = serving.bindStages();
    const guardrails = props.guardrails ?? Guardrail.fromSlo(target.slo);
    const problems = new InputProblems();
    findStagedProblems(problems, { ...props, guardrails, subject, settings, target, namespace: namespace ?? '' });
    problems.throwAt(scope, id);

    const stages = judgedStages({ ...props, guardrails, subject }, settings);
    const readyWithin = (props.readyWithin ?? Duration.seconds(target.startupLimit.toSeconds() + 300)).toSeconds();
    const told = stagedSettings({ target, namespace, guardrails, stages, subject, settings, backend: platform.metrics, readyWithin });
    const content = JSON.stringify(told, null, 1);
    this.jobName = `${Names.toDnsLabel(this, { maxLen: 54 })}-${hashOf(content, runtime.small.uri)}`;
    const { modelName: model, owner } = serving;
    const part: PartOf = { name: `${model}-stages`, component: 'staged-traffic', owner, platform, model };
    const file = new ConfigMap(this, 'Settings', { metadata: { name: this.jobName, labels: labelsOf(part) }, data: { 'settings.json': content } });
    const account = new ServiceAccount(this, 'ServiceAccount', { automountToken: false });
    this.grantTo(account.name, target);
    new Job(this, 'Resource', {
      metadata: { name: this.jobName, labels: labelsOf(part), annotations: platform.gitOps.syncWave(1) },
      spec: {
        // nodes are drained; a program that is killed is continued by the next
        backoffLimit: 6,
        podFailurePolicy: {
          rules: [
            { action: 'FailJob', onExitCodes: { containerName: CONTAINER, operator: 'In', values: FINAL } },
            { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
          ],
        },
        activeDeadlineSeconds: longestRun({ stages: props.stages, settings }, readyWithin),
        template: {
          metadata: { labels: labelsOf(part) },
          spec: stagedPod(this, { runtime, account: account.name, settingsName: file.name, namespace, secretHeaders: settings.secretHeaders }),
        },
      },
    });
    this.openNetwork(part);
    this.worstCaseRollback = rollbackTerms(settings);
    this.report({ target, guardrails, subject, stages });
  }

  public panels(): Panel[] {
    return stagedPanels(this.watched);
  }

  public alerts(): AlertRule[] {
    return stagedAlerts(this.watched);
  }

  public recordingRules(): RecordingRule[] {
    return [];
  }

  private get watched(): WatchedStages {
    return { job: this.jobName, namespace: Chart.of(this).namespace, modelName: this.props.serving.modelName };
  }

  /** Rights to change the one object, and to read the one that says whether the new version can answer. */
  private grantTo(account: string, { object, ready }: StagedTarget): void {
    const role = new Role(this, 'Role', {
      rules: [
        { apiGroups: [object.group], resources: [object.resource], resourceNames: [object.objectName], verbs: ['get', 'patch'] },
        ...ready ? [{ apiGroups: [ready.group], resources: [ready.resource], resourceNames: [ready.objectName], verbs: ['get'] }] : [],
      ],
    });
    new RoleBinding(this, 'RoleBinding', {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role.name },
      subjects: [{ kind: 'ServiceAccount', name: account, namespace: Chart.of(this).namespace }],
    });
  }

  private openNetwork(part: PartOf): void {
    const { platform, prometheusAt } = this.props;
    const { namespace, scraperLabels } = platform.metrics;
    const network = new PodNetwork(this, 'NetworkPolicy', { name: part.name, podLabels: selectorOf(part), platform });
    network.allowApiServer('shares');
    network.allowTo(prometheusAt ?? NetworkPeer.pods({ namespace, labels: scraperLabels }), 'guardrails');
  }

  private report({ target, guardrails, subject, stages }: Reported): void {
    const { serving, platform } = this.props;
    reportUnanswered(this, guardrails, subject);
    const facts = factsOf(this);
    facts.rollouts.push(rolloutFact({ guardrails, router: target }, stages, subject));
    facts.rollback.push(...this.worstCaseRollback);
    facts.rollbackObjective.push(target.rollbackObjective);
    facts.notes.push(`when the node of Job ${this.jobName} is lost, nobody judges the stage of ${serving.modelName} until Kubernetes has replaced ` +
      'its pod, five minutes later as it is shipped');
    Findings.of(this).addSource({
      findings: () => (isWatched(this, serving) ? [] : [{
        ruleId: 'rollout/staged-unwatched',
        severity: FindingSeverity.ERROR,
        message: `nobody scrapes the pods of '${serving.modelName}', so its stages have no numbers to be judged by, and every version is sent back`,
        remedy: "add Monitoring for it, or acknowledge the finding with who scrapes the pods and writes the label 'rollouts_pod_template_hash'",
        path: this.node.path,
      }]),
    });
    if (serving.servedRelease) {
      applyAudit(this, { release: serving.servedRelease, owner: serving.owner, platform, component: 'staged-traffic' });
    }
  }
}

interface Reported {
  readonly target: StagedTarget;
  readonly guardrails: IGuardrail[];
  readonly subject: GuardrailSubject;
  readonly stages: JudgedStage[];
}

function rollbackTerms(settings: AnalysisSettings): RollbackTerm[] {
  const { interval, toleratedBreaches } = settings;
  const delay = initialDelayOf(settings);
  return [
    {
      term: 'first measurement',
      duration: Duration.seconds(delay),
      why: 'until the window holds nothing of the time before, for a version that is bad from the start',
    },
    { term: 'breaches', duration: Duration.seconds(interval * (toleratedBreaches + 1)), why: `${toleratedBreaches + 1} x ${interval}s` },
    { term: 'change of shares', duration: Duration.seconds(10), why: 'the version before keeps its pods' },
  ];
}

function hashOf(...parts: string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 8);
}
