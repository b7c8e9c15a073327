import { Chart, Duration } from 'cdk8s';
import { ServiceAccount } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { ArgoTrainingPipelineProps } from './argo-training-pipeline-props';
import { tasksOf } from './dag';
import { EXECUTOR } from './executor';
import { PipelineRights } from './pipeline-rights';
import { RollbackWorkflow } from './rollback-workflow';
import { StepContext, StepRole, templatesOf } from './steps';
import { Findings, FindingSeverity } from '../../core/findings';
import { NetworkPeer } from '../../core/network-peer';
import { labelsOf, PartOf, podMetadataOf, selectorOf } from '../../core/pods/labels';
import { PodNetwork } from '../../core/pods/pod-network';
import { RollbackCall } from '../../core/rollback-call';
import { AuditKey } from '../../private/audit';
import { checkCron } from '../../private/cron';
import { factsOf } from '../../private/facts';
import { InputProblems } from '../../private/input-error';
import { CronWorkflow, WorkflowTemplate } from '../../private/l1/argoproj-workflows';
import { ConfigMap } from '../../private/l1/core-v1';
import { NONROOT, restrictedPod } from '../../private/restricted-pod';
import { checkTimeZone } from '../../private/time-zone';
import { wholeSeconds } from '../../private/whole-units';
import { IWorkloadIdentity } from '../../serving/serving';
import { ITrainingPipeline, RetrainCause, TrainingTrigger } from '../pipeline';
import { findPipelineProblems, requireModel } from '../pipeline-problems';
import { RetrainParameter } from '../retrain-parameters';
import { pipelineSettings } from '../step-arguments';
import { Approval } from '../training-pipeline-props';
import { workflowTrigger } from '../workflow-trigger';

const ENTRY = 'pipeline';

/**
 * A pipeline of Argo Workflows: data are checked, a model is trained and tested, handed in, judged against the champion, tried on users stage by
 * stage, and takes over or is rejected.
 *
 * The gate cannot be left out: nothing but its report opens the way to users. One run at a time; each ends; what a step may reach, use and do is
 * named. Argo Workflows 3.6 or newer.
 *
 * @see https://argo-workflows.readthedocs.io/en/latest/workflow-templates/
 */
export class ArgoTrainingPipeline extends Construct implements ITrainingPipeline {
  /** Name of the WorkflowTemplate. */
  public readonly templateName: string;
  private readonly props: ArgoTrainingPipelineProps;
  private readonly model: string;
  private readonly context: StepContext;

  /**
   * @throws if anything about the gate, the owner, the schedule or the release is wrong; every problem at once
   */
  public constructor(scope: Construct, id: string, props: ArgoTrainingPipelineProps) {
    super(scope, id);
    const problems = new InputProblems();
    findPipelineProblems(problems, props, Chart.of(scope).namespace);
    if (props.schedule !== undefined) {checkCron('schedule', props.schedule, problems);}
    checkTimeZone('timeZone', props.timeZone, problems);
    problems.throwAt(scope, id);
    this.props = props;
    this.model = props.program.modelName;
    this.templateName = `${this.model.slice(0, 54)}-training`;
    this.context = this.declare(Chart.of(this).namespace!);
    this.tell();
  }

  /**
   * What starts a run.
   *
   * @param cause why
   * @throws if it is about another model
   */
  public toTrigger(cause: RetrainCause): TrainingTrigger {
    requireModel(this.model, cause);
    return workflowTrigger(this.model, {
      templateName: this.templateName, driftedFeaturesParameter: RetrainParameter.DRIFTED_FEATURES, reasonParameter: RetrainParameter.REASON,
    });
  }

  /**
   * Add the way back in one call: a WorkflowTemplate that makes @previous the champion again, points what serves at it, and rejects the bad version.
   *
   * Going back by the object that serves alone leaves the registry with the bad champion, against which every candidate would be judged.
   *
   * @returns how it is called, for `ModelServing.addRollbackCall()`
   * @throws if the pipeline releases to nothing
   * @see https://argo-workflows.readthedocs.io/en/latest/workflow-templates/#submitting-workflows-from-workflowtemplates
   */
  public addRollback(): RollbackCall {
    const problems = new InputProblems();
    if (!this.props.release) {
      problems.add('training/nothing-to-go-back',
        `the pipeline of '${this.model}' releases to nothing that could be pointed back; give it 'release', or go back as the object that serves does`);
    }
    problems.throwAt(this.node.scope!, this.node.id);
    return new RollbackWorkflow(this, 'Rollback', this.context).call;
  }

  private declare(namespace: string): StepContext {
    const { props, model } = this;
    const part: PartOf = { name: `${model}-training`, component: 'training', owner: props.owner, platform: props.platform, model };
    const labels = labelsOf(part);
    const settings = new ConfigMap(this, 'Settings', { metadata: { labels }, data: pipelineSettings(props) });
    const trainer = this.role('Trainer', part, props.trainer);
    const promotion = { ...part, name: `${model}-promotion`, component: 'promotion' };
    const promoter = this.role('Promoter', promotion, props.promoter, props.release?.through ? [props.release.through._server] : []);
    new PipelineRights(this, 'Rights', {
      trainer: trainer.serviceAccountName,
      promoter: promoter.serviceAccountName,
      namespace,
      model,
      leases: props.registry.countsVersions,
      release: props.release,
    });
    const context: StepContext = { scope: this, props, settings: settings.name, trainer, promoter };
    const annotations = { [AuditKey.GIT_COMMIT]: props.program.gitCommit };
    new WorkflowTemplate(this, 'Resource', {
      metadata: { name: this.templateName, labels, annotations },
      spec: {
        entrypoint: ENTRY,
        workflowMetadata: { labels, annotations },
        arguments: {
          parameters: [{ name: RetrainParameter.REASON, value: 'a person started it' }, { name: RetrainParameter.DRIFTED_FEATURES, value: '[]' }],
        },
        // the rights are those of the steps; Argo itself needs the token to tell their results
        serviceAccountName: trainer.serviceAccountName,
        automountServiceAccountToken: true,
        securityContext: restrictedPod(NONROOT),
        podSpecPatch: EXECUTOR,
        synchronization: { mutexes: [{ name: `train-${model}` }] },
        activeDeadlineSeconds: this.longestRun,
        ttlStrategy: { secondsAfterSuccess: Duration.days(7).toSeconds(), secondsAfterFailure: Duration.days(30).toSeconds() },
        podGC: { strategy: 'OnPodSuccess', deleteDelayDuration: '600s' },
        templates: [{ name: ENTRY, dag: { tasks: this.tasks } }, ...templatesOf(context)],
      },
    });
    if (props.schedule !== undefined) {this.runByTheClock(props.schedule, labels);}
    return context;
  }

  private get tasks(): any[] {
    const { data, program, release } = this.props;
    return tasksOf({
      takesSnapshot: data._step !== undefined,
      snapshot: data._snapshot?.toString() ?? '',
      testsModel: program._steps.length > 2,
      alwaysAsks: this.alwaysAsks,
      releases: release !== undefined,
    });
  }

  private get alwaysAsks(): boolean {
    return this.props.highImpact === true || this.props.approval === Approval.ALWAYS;
  }

  private get longestRun(): number {
    const { deadline, approvalWithin = Duration.days(3), release } = this.props;
    return [deadline, approvalWithin, ...release ? [release.within] : []].reduce((sum, time) => sum + wholeSeconds(time).toSeconds(), 0);
  }

  private runByTheClock(schedule: string, labels: { [key: string]: string }): void {
    new CronWorkflow(this, 'Schedule', {
      metadata: { name: this.templateName.slice(0, 52), labels },
      spec: {
        schedules: [schedule],
        timezone: this.props.timeZone ?? 'Etc/UTC',
        concurrencyPolicy: 'Forbid',
        startingDeadlineSeconds: 3600,
        successfulJobsHistoryLimit: 3,
        failedJobsHistoryLimit: 3,
        workflowMetadata: { labels },
        workflowSpec: {
          workflowTemplateRef: { name: this.templateName },
          arguments: { parameters: [{ name: RetrainParameter.REASON, value: `its time came (${schedule})` }] },
        },
      },
    });
  }

  /** Those who train cannot touch what serves; those who promote run no program of the trainers. */
  private role(id: string, part: PartOf, identity: IWorkloadIdentity | undefined, egress: NetworkPeer[] = []): StepRole {
    const { props } = this;
    const account = new ServiceAccount(this, id, {
      metadata: { name: identity?.serviceAccountName ?? part.name, annotations: identity?.serviceAccountAnnotations, labels: labelsOf(part) },
      automountToken: false,
    });
    const network = new PodNetwork(this, `${id}Network`, { name: part.name, podLabels: selectorOf(part), platform: props.platform, identity });
    [...props.egress, ...egress].forEach((peer) => network.allowTo(peer));
    network.allowApiServer('results of the steps', props.apiServer);
    return { ...podMetadataOf(part), serviceAccountName: account.name };
  }

  private tell(): void {
    const { props, model } = this;
    const asked = this.alwaysAsks ? 'a person approves each version' : 'a person approves a version whose architecture is new';
    const branch = props.release?.through ? ` through branch ${props.release.through.branch} of ${props.release.through.url}` : '';
    const end = props.release ? `is released to ${props.release}${branch} and promoted, or rejected` : 'becomes the challenger, which people release and promote';
    factsOf(this).notes.push(`${model} is trained by the WorkflowTemplate ${this.templateName}; what passes its gate ${end}; ${asked}`);
    if (props.program._steps.length <= 2) {
      Findings.of(this).add({
        ruleId: 'training/no-model-tests',
        severity: FindingSeverity.WARNING,
        message: `nothing tests what '${model}' does with empty, extreme and missing input before it is judged by its numbers`,
        remedy: "give 'testModel' of the program",
      });
    }
  }
}
