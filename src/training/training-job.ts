import { createHash } from 'crypto';
import { Size } from 'cdk8s';
import { ServiceAccount } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { dockerRun } from './docker-run';
import { devicePlacement, programContainer, runtimeContainer, workspaceVolumes } from './program-pod';
import { TrainingJobProps } from './training-job-props';
import { Artifacts } from '../core/artifacts';
import { checkOwner } from '../core/owner-rules';
import { labelsOf, PartOf, podMetadataOf, selectorOf } from '../core/pods/labels';
import { PodNetwork } from '../core/pods/pod-network';
import { restrictedPodSpec } from '../core/pods/restricted-pod';
import { AuditKey } from '../private/audit';
import { factsOf } from '../private/facts';
import { InputProblems } from '../private/input-error';
import { Job } from '../private/l1/batch';
import { ConfigMap } from '../private/l1/core-v1';
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
    requireSense(scope, id, props);
    this.props = props;
    const { program, data } = props;
    this.modelName = program.modelName;
    const made = hashOf([program.image.uri, program.gitCommit, program._steps, data.toString(), program.featureSchema?.sha256]);
    this.version = props.registry.countsVersions ? undefined : `${program.gitCommit.replace(/[^A-Za-z0-9]/g, '-').slice(0, 12)}-${made}`;

    const part: PartOf = { name: `${this.modelName}-training`, component: 'training-job', owner: props.owner, platform: props.platform, model: this.modelName };
    const labels = labelsOf(part);
    const spec = this.jobSpec(part);
    // the template of a Job cannot be changed, so another one needs another name
    this.jobName = `${this.modelName.slice(0, 46)}-train-${hashOf(spec)}`;
    new Job(this, 'Resource', { metadata: { name: this.jobName, labels, annotations: this.annotations }, spec });
    const network = new PodNetwork(this, 'NetworkPolicy', {
      name: `${part.name} (Job)`, podLabels: selectorOf(part), platform: props.platform, ports: [], identity: props.identity,
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
      podFailurePolicy: {
        rules: [
          { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
          // what it says cannot be mended by trying again
          { action: 'FailJob', onExitCodes: { containerName: 'register', operator: 'In', values: [1, 2, 3, 4] } },
        ],
      },
      template: {
        metadata: { ...metadata, annotations: { ...this.annotations, ...metadata.annotations } },
        spec: restrictedPodSpec({
          serviceAccountName: this.serviceAccount(part),
          initContainers: props.program._steps.map((step) => programContainer(this, step, {
            program: props.program, resources: props.resources, gpu: props.gpu, snapshot: props.data.toString(),
          })),
          containers: [runtimeContainer(this, {
            name: 'register',
            image: props.runtime.small,
            runtime: props.runtime,
            command: props.runtime.command('register'),
            args: [
              ...props.program._registration(`${props.owner.team} (${this.node.path})`),
              `--data=${props.data}`,
              ...this.version === undefined ? [] : [`--version=${this.version}`],
            ],
            environment: props.registry.environment,
            secrets: props.registry.secretEnvironment,
            settings: props.program.featureSchema !== undefined,
          })],
          scratch: size,
          volumes: workspaceVolumes(size, this.settings(part)),
          fields: { restartPolicy: 'Never', ...devicePlacement(props.gpu) },
        }),
      },
    };
  }

  private get annotations(): { [key: string]: string } {
    const { program, data, owner } = this.props;
    return {
      [AuditKey.GIT_COMMIT]: program.gitCommit,
      [AuditKey.DATA_SNAPSHOT]: data.toString(),
      [AuditKey.TRAINED_BY]: `${owner.team} (${this.node.path})`,
      [AuditKey.PARAMETERS]: JSON.stringify(program.parameters, Object.keys(program.parameters).sort()),
    };
  }

  private settings(part: PartOf): string | undefined {
    const schema = this.props.program.featureSchema;
    return schema && new ConfigMap(this, 'Settings', { metadata: { labels: labelsOf(part) }, data: { 'feature-schema.json': schema.content } }).name;
  }

  private serviceAccount(part: PartOf): string | undefined {
    const { identity } = this.props;
    return identity && new ServiceAccount(this, 'ServiceAccount', {
      metadata: { name: identity.serviceAccountName, annotations: identity.serviceAccountAnnotations, labels: labelsOf(part) }, automountToken: false,
    }).name;
  }
}

function requireSense(scope: Construct, id: string, { owner, deadline, retries = 1 }: TrainingJobProps): void {
  const problems = new InputProblems();
  checkOwner(owner, problems);
  if (!Number.isInteger(retries) || retries < 0) {
    problems.add('training/malformed-retries', `'retries' must be a whole number of at least 0, got ${retries}`);
  }
  if (wholeSeconds(deadline).toSeconds() < 1) {
    problems.add('training/no-deadline', "'deadline' must be longer than nothing, got 0 s; a training that hangs keeps its resources otherwise");
  }
  problems.throwAt(scope, id);
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 8);
}
