import { Chart, Duration } from 'cdk8s';
import { ServiceAccount } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { stringify } from 'yaml';
import { executorOf, platformOf } from './kfp-executors';
import { kfpSteps } from './kfp-steps';
import { graphsOf } from './kfp-tasks';
import { Name } from './kfp-words';
import { KubeflowRights } from './kubeflow-rights';
import { KubeflowTrainingPipelineProps } from './kubeflow-training-pipeline-props';
import { pipelineSpec } from './pipeline-spec';
import { Artifacts } from '../../core/artifacts';
import { Findings, FindingSeverity } from '../../core/findings';
import { NetworkPeer } from '../../core/network-peer';
import { labelsOf, PartOf, selectorOf } from '../../core/pods/labels';
import { PodNetwork } from '../../core/pods/pod-network';
import { factsOf } from '../../private/facts';
import { InputProblems } from '../../private/input-error';
import { isDnsLabel } from '../../private/kubernetes-names';
import { ConfigMap } from '../../private/l1/core-v1';
import { requireWebAddress } from '../../private/web-address';
import { wholeSeconds } from '../../private/whole-units';
import { ITrainingPipeline, RetrainCause, TrainingTrigger } from '../pipeline';
import { findPipelineProblems, requireModel } from '../pipeline-problems';
import { pipelineSettings } from '../step-arguments';
import { Approval } from '../training-pipeline-props';

/** Ports of Kubeflow's own pods that a step calls: metadata, the API, the object store. */
const KUBEFLOW_PORTS = [8080, 8333, 8887, 8888, 9000];

/**
 * A pipeline of Kubeflow Pipelines v2 with the steps of an `ArgoTrainingPipeline`: data are checked, a model is trained and tested, handed in, judged
 * against the champion, tried on users stage by stage, and takes over or is rejected.
 *
 * Its spec is `<path>/pipeline.yaml` beside the manifests, to be uploaded by hand or by CI; a run that drift starts brings the spec along, so that
 * what runs is what was reviewed. Kubeflow Pipelines knows no pause: a run whose version a person has to approve ends after its evaluation.
 * Images need the program `env`. Kubeflow Pipelines 2.17 or newer.
 *
 * @see https://www.kubeflow.org/docs/components/pipelines/
 */
export class KubeflowTrainingPipeline extends Construct implements ITrainingPipeline {
  /** Name of the pipeline, and of the experiment that its runs stand in. */
  public readonly pipelineName: string;
  private readonly props: KubeflowTrainingPipelineProps;
  private readonly namespace: string;
  private readonly serviceAccountName: string;
  private readonly spec: any;
  private readonly platformSpec: any;

  /**
   * @throws if anything about the gate, the owner, the addresses or the release is wrong; every problem at once
   */
  public constructor(scope: Construct, id: string, props: KubeflowTrainingPipelineProps) {
    super(scope, id);
    const { namespace } = Chart.of(scope);
    requireSense(this, props, namespace);
    this.props = props;
    this.namespace = namespace!;
    const model = props.program.modelName;
    this.pipelineName = `${model.slice(0, 54)}-training`;
    const part: PartOf = { name: `${model}-pipeline`, component: 'training', owner: props.owner, platform: props.platform, model };
    const labels = labelsOf(part);
    const settings = new ConfigMap(this, 'Settings', { metadata: { labels }, data: pipelineSettings(props) });
    const { serviceAccountName = part.name, serviceAccountAnnotations } = props.identity ?? {};
    this.serviceAccountName = new ServiceAccount(this, 'ServiceAccount', {
      metadata: { name: serviceAccountName, annotations: serviceAccountAnnotations, labels }, automountToken: false,
    }).name;
    new KubeflowRights(this, 'Rights', {
      account: this.serviceAccountName, namespace: this.namespace, model, leases: props.registry.countsVersions, release: props.release,
    });
    this.close(part);

    const steps = kfpSteps({ scope: this, props, namespace: this.namespace });
    const executor = { gpu: props.gpu, settings: settings.name, labels };
    this.spec = pipelineSpec({
      name: this.pipelineName,
      description: `${model} at ${props.program.gitCommit}: checked, trained, judged, released`,
      steps,
      graphs: graphsOf({ steps, snapshot: props.data._snapshot?.toString(), goldenSetUri: props.gate.goldenSetUri, alwaysAsks: this.alwaysAsks }),
      goldenSetUri: props.gate.goldenSetUri,
      executorOf: (step) => executorOf(step, executor),
    });
    this.platformSpec = {
      platforms: {
        kubernetes: {
          deploymentSpec: { executors: Object.fromEntries(steps.map((step) => [`exec-${step.name}`, platformOf(step, executor)])) },
          pipelineConfig: {
            activeDeadlineSeconds: this.longestRun,
            resourceTtlOnSuccess: Duration.days(7).toSeconds(),
            resourceTtlOnFailure: Duration.days(30).toSeconds(),
          },
        },
      },
    };
    this.tell();
  }

  /**
   * What starts a run.
   *
   * @param cause why
   * @throws if it is about another model
   */
  public toTrigger(cause: RetrainCause): TrainingTrigger {
    requireModel(this.props.program.modelName, cause);
    const url = this.apiUrl;
    return {
      apiVersion: 'pipelines.kubeflow.org/v2beta1',
      resource: 'runs',
      manifest: {
        pipeline_spec: { pipeline_spec: this.spec, platform_spec: this.platformSpec },
        runtime_config: { parameters: { [Name.DRIFTED_FEATURES]: '[]', [Name.REASON]: '' } },
        service_account: this.serviceAccountName,
      },
      driftedFeaturesParameter: Name.DRIFTED_FEATURES,
      reasonParameter: Name.REASON,
      server: {
        url,
        audience: this.props.apiAudience ?? 'pipelines.kubeflow.org',
        namespace: this.namespace,
        experiment: this.pipelineName,
        peer: NetworkPeer.namespace(this.kubeflowNamespace, portOf(url)),
      },
    };
  }

  private get kubeflowNamespace(): string {
    return this.props.kubeflowNamespace ?? 'kubeflow';
  }

  private get apiUrl(): string {
    return (this.props.apiUrl ?? `http://ml-pipeline.${this.kubeflowNamespace}.svc:8888`).replace(/\/$/, '');
  }

  private get alwaysAsks(): boolean {
    return this.props.highImpact === true || this.props.approval === Approval.ALWAYS;
  }

  private get longestRun(): number {
    const { deadline, release } = this.props;
    return [deadline, ...release ? [release.within] : []].reduce((sum, time) => sum + wholeSeconds(time).toSeconds(), 0);
  }

  /** Pods of Kubeflow's drivers have no labels of ours, and are as open as its administrator leaves them. */
  private close(part: PartOf): void {
    const { props } = this;
    const network = new PodNetwork(this, 'NetworkPolicy', {
      name: part.name, podLabels: selectorOf(part), platform: props.platform, ports: [], identity: props.identity,
    });
    [...props.egress, ...props.release?.through ? [props.release.through._server] : []].forEach((peer) => network.allowTo(peer));
    network.allowTo(NetworkPeer.namespace(this.kubeflowNamespace, ...KUBEFLOW_PORTS), 'metadata and artifacts of the steps');
    network.allowApiServer('results of the steps');
  }

  private tell(): void {
    const { props, pipelineName, spec, platformSpec } = this;
    const model = props.program.modelName;
    const path = `${this.node.path}/pipeline.yaml`;
    Artifacts.of(this).addSource({
      artifacts: () => [{ path, content: [spec, platformSpec].map((document) => stringify(document, { lineWidth: 0 })).join('---\n') }],
    });
    const branch = props.release?.through ? ` through branch ${props.release.through.branch} of ${props.release.through.url}` : '';
    const end = props.release ? `is released to ${props.release}${branch} and promoted, or rejected` : 'becomes the challenger, which people release and promote';
    const asked = this.alwaysAsks ? 'every version waits' : 'a version whose architecture is new waits';
    factsOf(this).notes.push(`${model} is trained by the Kubeflow pipeline ${pipelineName} (${path}); what passes its gate ${end}; ` +
      `${asked} for 'mlops promote ${model} --canary --approved-by', as the run ends after its evaluation`);
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

function requireSense(pipeline: Construct, props: KubeflowTrainingPipelineProps, namespace: string | undefined): void {
  const { apiUrl, apiAudience, kubeflowNamespace, resources } = props;
  const problems = new InputProblems();
  findPipelineProblems(problems, props, namespace);
  problems.attempt(() => apiUrl !== undefined && requireWebAddress('apiUrl', apiUrl, ['http', 'https']));
  if (apiAudience?.trim() === '') {
    problems.add('training/no-audience', `'apiAudience' must name whom tokens are made for, got '${apiAudience}'; leave it out for that of Kubeflow Pipelines`);
  }
  if (kubeflowNamespace !== undefined && !isDnsLabel(kubeflowNamespace)) {
    problems.add('training/malformed-kubeflow-namespace', `'kubeflowNamespace' must be at most 63 lower-case letters, digits and '-', got '${kubeflowNamespace}'`);
  }
  if (resources.ephemeralStorage !== undefined || props.data._step?.resources.ephemeralStorage !== undefined) {
    problems.add('training/ephemeral-storage-in-kubeflow', "'resources' must not ask for ephemeral storage, as Kubeflow Pipelines cannot pass it on; leave it out");
  }
  if (props.release?.through && props.release.through._basicAuthSecret(pipeline) === undefined) {
    problems.add('training/git-secret-in-kubeflow',
      "'through' must read 'username' and 'password' from these keys of one Secret (kubernetes.io/basic-auth), as Kubeflow Pipelines mounts a Secret as it is");
  }
  problems.throwAt(pipeline.node.scope!, pipeline.node.id);
}

function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return port === '' ? { 'http:': 80, 'https:': 443 }[protocol]! : Number(port);
}
