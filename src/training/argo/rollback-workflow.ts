import { Chart, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { EXECUTOR } from './executor';
import { rollbackTemplatesOf, StepContext } from './steps';
import { labelsOf, PartOf } from '../../core/pods/labels';
import { RollbackCall } from '../../core/rollback-call';
import { WorkflowTemplate } from '../../private/l1/argoproj-workflows';
import { NONROOT, restrictedPod } from '../../private/restricted-pod';
import { wholeSeconds } from '../../private/whole-units';
import { RetrainParameter } from '../retrain-parameters';

const ENTRY = 'back';
const MOVE = Duration.minutes(15);

/**
 * @previous becomes the champion again, what serves is pointed at it, and the bad version is rejected, so that nobody tries it again. A second call
 * goes further back.
 */
export class RollbackWorkflow extends Construct {
  /** Name of the WorkflowTemplate. */
  public readonly templateName: string;
  /** How it is called, for the page of whoever is woken up. */
  public readonly call: RollbackCall;

  public constructor(scope: Construct, id: string, context: StepContext) {
    super(scope, id);
    const { program: { modelName: model }, owner, platform } = context.props;
    const release = context.props.release!;
    this.templateName = `${model.slice(0, 54)}-rollback`;
    const part: PartOf = { name: `${model}-promotion`, component: 'promotion', owner, platform, model };
    const labels = labelsOf(part);
    new WorkflowTemplate(this, 'Resource', {
      metadata: { name: this.templateName, labels },
      spec: {
        entrypoint: ENTRY,
        workflowMetadata: { labels },
        arguments: { parameters: [{ name: RetrainParameter.REASON, value: 'a person went back' }] },
        serviceAccountName: context.promoter.serviceAccountName,
        automountServiceAccountToken: true,
        securityContext: restrictedPod(NONROOT),
        podSpecPatch: EXECUTOR,
        activeDeadlineSeconds: release.within.toSeconds() + wholeSeconds(MOVE).toSeconds(),
        ttlStrategy: { secondsAfterCompletion: Duration.days(30).toSeconds() },
        podGC: { strategy: 'OnPodSuccess', deleteDelayDuration: '600s' },
        templates: [
          {
            name: ENTRY,
            dag: {
              tasks: [
                { name: 'rollback', template: 'rollback' },
                {
                  name: 'release',
                  template: 'release',
                  depends: 'rollback.Succeeded',
                  arguments: { parameters: [{ name: 'version', value: '{{tasks.rollback.outputs.parameters.version}}' }] },
                },
              ],
            },
          },
          ...rollbackTemplatesOf(context),
        ],
      },
    });
    this.call = {
      when: 'after a bad version took over',
      command: `argo submit --watch --from workflowtemplate/${this.templateName} --namespace ${Chart.of(this).namespace} --parameter reason='<what went wrong>'`,
      effect: '@previous becomes the champion again and serves, and the bad version is rejected; a second call goes further back',
      // through a branch, the way back is a commit as well
      staysUnderGitOps: release.through !== undefined,
    };
  }
}
