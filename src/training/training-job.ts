import { Size } from 'cdk8s';
import { Construct } from 'constructs';
import { dockerRun } from './docker-run';
import { hashOf, lineageOf, NOT_MENDED, registration, requireTraining, trainerAccount, trainingSettings, UNCOUNTED, versionOf } from './one-training';
import { devicePlacement, programContainer, workspaceVolumes } from './program-pod';
import { TrainingJobProps } from './training-job-props';
import { Artifacts } from '../core/artifacts';
import { labelsOf, PartOf, podMetadataOf, selectorOf } from '../core/pods/labels';
import { PodNetwork } from '../core/pods/pod-network';
import { restrictedPodSpec } from '../core/pods/restricted-pod';
import { factsOf } from '../private/facts';
import { Job } from '../private/l1/batch';
import { wholeMebibytes, wholeSeconds } from '../private/whole-units';

/**
 * A training as a Job: checks the data, trains, tests, and hands in a candidate with its hash and all that made it. Another commit, image,
 * snapshot or hyperparameter is another Job and another version.
 *
 * The same training runs on any host with Docker: `<path>/docker-run.sh` beside the manifests holds the commands.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/job/
 */
export class TrainingJob extends Construct {
  /** Name of the model. */
  public readonly modelName: string;
  /** Name of the Job. */
  public readonly jobName: string;
  /**
   * Version that is handed in.
   *
   * @default - the registry counts versions
   */
  public readonly version?: string;
  private readonly props: TrainingJobProps;

  /**
   * @throws if anything about the owner, the retries or the deadline is wrong; every problem at once
   */
  public constructor(scope: Construct, id: string, props: TrainingJobProps) {
    super(scope, id);
    requireTraining(scope, id, props);
    this.props = props;
    const { program, data } = props;
    this.modelName = program.modelName;
    this.version = versionOf(props);

    const part: PartOf = { name: `${this.modelName}-training`, component: 'training-job', owner: props.owner, platform: props.platform, model: this.modelName };
    const labels = labelsOf(part);
    const spec = this.jobSpec(part);
    // the template of a Job cannot be changed, so another one needs another name
    this.jobName = `${this.modelName.slice(0, 46)}-train-${hashOf(spec)}`;
    new Job(this, 'Resource', { metadata: { name: this.jobName, labels, annotations: lineageOf(this, props) }, spec });
    const network = new PodNetwork(this, 'NetworkPolicy', {
      name: `${part.name} (Job)`, podLabels: selectorOf(part), platform: props.platform, identity: props.identity,
    });
    props.egress.forEach((peer) => network.allowTo(peer));
    const script = `${this.node.path}/docker-run.sh`;
    Artifacts.of(this).addSource({ artifacts: () => [{ path: script, content: dockerRun(program, data.toString(), props.gpu?.count ?? 0) }] });
    factsOf(this).notes.push(`${this.modelName} is trained by ${program.image.uri} on ${data}, in the cluster and with ${script} on any host`);
  }

  private jobSpec(part: PartOf): any {
    const { props } = this;
    const size = wholeMebibytes(props.workspaceSize ?? Size.gibibytes(10));
    const metadata = podMetadataOf(part);
    return {
      backoffLimit: props.retries ?? 1,
      activeDeadlineSeconds: wholeSeconds(props.deadline).toSeconds(),
      // without a time to live: whoever applies manifests again would start what is gone once more
      podFailurePolicy: { rules: [UNCOUNTED, NOT_MENDED] },
      template: {
        metadata: { ...metadata, annotations: { ...lineageOf(this, props), ...metadata.annotations } },
        spec: restrictedPodSpec({
          serviceAccountName: trainerAccount(this, props, part),
          initContainers: props.program._steps.map((step) => programContainer(this, step, {
            program: props.program, resources: props.resources, gpu: props.gpu, snapshot: props.data.toString(),
          })),
          containers: [registration(this, props, this.version)],
          scratch: size,
          volumes: workspaceVolumes(size, trainingSettings(this, props, part)),
          fields: { restartPolicy: 'Never', ...devicePlacement(props.gpu) },
        }),
      },
    };
  }
}
