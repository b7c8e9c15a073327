import { Construct } from 'constructs';
import { findTrainJobProblems } from './train-job-problems';
import { TrainJobProps, TrainingFramework } from './train-job-props';
import { trainingRuntimeSpec } from './train-job-runtime';
import { Artifacts } from '../../core/artifacts';
import { environmentOf } from '../../core/pods/environment';
import { labelsOf, PartOf, selectorOf } from '../../core/pods/labels';
import { PodNetwork } from '../../core/pods/pod-network';
import { factsOf } from '../../private/facts';
import { TrainingRuntime, TrainJob as TrainJobObject } from '../../private/l1/trainer-kubeflow-org';
import { wholeSeconds } from '../../private/whole-units';
import { dockerRun } from '../docker-run';
import { hashOf, lineageOf, requireTraining, trainerAccount, trainingSettings, versionOf } from '../one-training';
import { TRAIN } from '../program-step';

/**
 * A training on several nodes at once, run by Kubeflow Trainer: data are checked, the nodes train together, what they made is tested and handed in,
 * as a `TrainingJob` does it with the same program. The first node writes what the program hands in.
 *
 * Every pod is restricted and closed, but the nodes reach each other. A node that goes away starts the training again without being counted as a
 * failure: let the program write checkpoints beside the model. Kubeflow Trainer 2.3 and JobSet 0.12, or newer.
 *
 * @see https://www.kubeflow.org/docs/components/trainer/
 */
export class TrainJob extends Construct {
  /** Name of the model. */
  public readonly modelName: string;
  /** Name of the TrainJob and of its TrainingRuntime. */
  public readonly jobName: string;
  /**
   * Version that is handed in.
   *
   * @default - the registry counts versions
   */
  public readonly version?: string;

  /**
   * @throws if anything about the nodes, the variables, the owner, the retries or the deadline is wrong; every problem at once
   */
  public constructor(scope: Construct, id: string, props: TrainJobProps) {
    super(scope, id);
    requireTraining(scope, id, props, (problems) => findTrainJobProblems(problems, props));
    const { program, data, nodes, platform, framework = TrainingFramework.TORCH } = props;
    const model = program.modelName;
    this.modelName = model;
    this.version = versionOf(props, nodes, framework);

    const part: PartOf = { name: `${model}-training`, component: 'train-job', owner: props.owner, platform, model };
    const metadata = { labels: labelsOf(part), annotations: lineageOf(this, props) };
    const { spec: runtime, resources } = trainingRuntimeSpec(this, {
      props, part, framework, version: this.version, settings: trainingSettings(this, props, part), account: trainerAccount(this, props, part),
    });
    const spec = {
      trainer: {
        image: program.image.uri,
        command: program._steps.find(({ name }) => name === TRAIN)!.command,
        env: environmentOf(this, program._environment(data.toString()), program._secrets),
        numNodes: nodes,
        resourcesPerNode: resources,
      },
      activeDeadlineSeconds: wholeSeconds(props.deadline).toSeconds(),
    };
    // neither can be changed once it runs, and the names of its pods have to fit
    this.jobName = `${model.slice(0, 24).replace(/-$/, '')}-train-${hashOf([runtime, spec])}`;
    const own = new TrainingRuntime(this, 'Runtime', { metadata: { ...metadata, name: this.jobName }, spec: runtime });
    const job = new TrainJobObject(this, 'Resource', {
      metadata: { ...metadata, name: this.jobName, annotations: { ...metadata.annotations, ...platform.gitOps.syncWave(1) } },
      spec: { runtimeRef: { apiGroup: 'trainer.kubeflow.org', kind: 'TrainingRuntime', name: this.jobName }, ...spec },
    });
    // it is refused while its runtime is not there
    job.addDependency(own);
    const network = new PodNetwork(this, 'NetworkPolicy', {
      name: `${part.name} (TrainJob)`, podLabels: selectorOf(part), platform, ports: [], identity: props.identity,
    });
    network.allowAmongThemselves('gradients, and everything else that nodes of one training tell each other');
    props.egress.forEach((peer) => network.allowTo(peer));
    const script = `${this.node.path}/docker-run.sh`;
    Artifacts.of(this).addSource({ artifacts: () => [{ path: script, content: dockerRun(program, data.toString(), props.gpu?.count ?? 0) }] });
    factsOf(this).notes.push(`${model} is trained by ${program.image.uri} on ${data}, on ${nodes} nodes of the cluster (${framework}), and with ${script} on any host`);
  }
}
